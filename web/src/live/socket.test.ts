import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refused } from '../api/client';
import type { Problem } from '../api/types';
import { events, OWN, snapshot, welcome, Wire } from './fake_wire';
import type { FeedSnapshot, ServerMessage } from './messages';
import { LiveSocket } from './socket';
import type { Line, Surroundings } from './socket';
import { FollowedTopics } from './topics';

let wires: Wire[];
let lines: Line[];
let tokens: (string | null)[];
let topics: FollowedTopics;
let socket: LiveSocket;
let asked: (string | null)[];
let told: number[];
let seen: boolean;
let opens: () => void;
let noToken: (() => Promise<never>) | null;
let snapshots: () => Promise<FeedSnapshot>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  wires = [];
  lines = [];
  tokens = ['first'];
  noToken = null;
  seen = true;
  opens = () => undefined;
  asked = [];
  told = [];
  snapshots = async () => snapshot(1);
  topics = new FollowedTopics(50);
  const around: Surroundings = {
    isSeen: () => seen,
    open: () => {
      opens();
      wires.push(new Wire());
      return wires.at(-1) as unknown as WebSocket;
    },
    token: async () => (noToken ? noToken() : (tokens.at(-1) ?? null)),
    replaced: async () => {
      tokens.push(null);
      return null;
    },
    snapshot: (topic) => {
      asked.push(topic);
      return snapshots();
    },
    isRefused: () => false,
    onLine: (line) => lines.push(line),
    onTold: (said) => told.push(...said.flatMap((each) => each.events.map((one) => one.position))),
    onChange: () => undefined,
  };
  socket = new LiveSocket(topics, around);
});

afterEach(() => {
  socket.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const settled = () => vi.advanceTimersByTimeAsync(0);

async function connected(): Promise<Wire> {
  socket.start();
  await settled();
  const wire = wires.at(-1)!;
  wire.opens();
  wire.says(welcome);
  await settled();
  return wire;
}

describe('a socket', () => {
  it('names its token in a message and fetches what it does not know', async () => {
    const wire = await connected();
    expect(wire.said).toEqual([{ type: 'hello', token: 'first' }]);
    expect(asked).toEqual([null]);
    expect(lines.at(-1)).toBe('live');
  });

  it('comes back after a pause and goes on where it was', async () => {
    const wire = await connected();
    wire.says(events(1, 2));
    wire.breaks();
    await settled();
    expect(lines.at(-1)).toBe('offline');
    expect(wires).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(wires).toHaveLength(2);
    wires[1]!.opens();
    expect(wires[1]!.said).toEqual([
      { type: 'hello', token: 'first', cursor: { epoch: 'e', positions: { [OWN]: 32 } } },
    ]);
    wires[1]!.says({ ...welcome, topics: { [OWN]: { mode: 'events', upto: 48 } } });
    wires[1]!.says(events(2, 3));
    expect(told).toEqual([32, 48]);
    expect(asked).toEqual([null]);
  });

  it('waits as long as the service asks for when it says bye', async () => {
    const wire = await connected();
    wire.says({ type: 'bye', retry_in_s: 7 });
    wire.breaks(1012);
    await vi.advanceTimersByTimeAsync(6_900);
    expect(wires).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(wires).toHaveLength(2);
  });

  it('counts as dead when nothing is heard for two and a half pings', async () => {
    await connected();
    await vi.advanceTimersByTimeAsync(62_000);
    expect(lines.at(-1)).toBe('live');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(lines.at(-1)).toBe('offline');
  });

  it('answers a ping and hands on a newer token', async () => {
    const wire = await connected();
    tokens.push('second');
    wire.says({ type: 'ping', at: '' });
    await settled();
    expect(wire.said.slice(1)).toEqual([{ type: 'pong' }, { type: 'renew', token: 'second' }]);
  });

  it('stops when nobody is signed in, and starts again with whoever signs in', async () => {
    const wire = await connected();
    wire.breaks(4401);
    await settled();
    expect(lines.at(-1)).toBe('signed_out');
    await vi.advanceTimersByTimeAsync(120_000);
    expect(wires).toHaveLength(1);
    tokens.push('third');
    socket.hurry();
    await settled();
    expect(wires).toHaveLength(2);
  });

  it('ignores what a newer service says', async () => {
    const wire = await connected();
    wire.onmessage?.({ data: 'no json' });
    wire.says({ type: 'weather' } as unknown as ServerMessage);
    expect(lines.at(-1)).toBe('live');
  });

  it('comes back when a snapshot cannot be had', async () => {
    snapshots = () => Promise.reject(new Error('unreachable'));
    await connected();
    expect(lines.at(-1)).toBe('offline');
    snapshots = async () => snapshot(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(wires).toHaveLength(2);
  });

  it('drills down again after every welcome', async () => {
    const wire = await connected();
    socket.follow('unit:u');
    expect(wire.said.at(-1)).toEqual({ type: 'subscribe', topic: 'unit:u' });
    wire.breaks();
    await vi.advanceTimersByTimeAsync(1_000);
    wires[1]!.opens();
    wires[1]!.says(welcome);
    expect(wires[1]!.said.at(-1)).toEqual({ type: 'subscribe', topic: 'unit:u' });
    socket.leave('unit:u');
    expect(wires[1]!.said.at(-1)).toEqual({ type: 'unsubscribe', topic: 'unit:u' });
  });

  it('waits longer each time when no token is to be had, however long it was connected', async () => {
    const wire = await connected();
    await vi.advanceTimersByTimeAsync(60_000);
    let asks = 0;
    noToken = () => {
      asks += 1;
      return Promise.reject(new Error('unreachable'));
    };
    wire.breaks();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asks).toBeLessThan(12);
  });

  it('keeps to what it is told about coming back, also by a snapshot', async () => {
    const busy = { code: 'busy', status: 503, retry: 'later' } as Problem;
    snapshots = () => Promise.reject(new Refused(busy, 20));
    await connected();
    await vi.advanceTimersByTimeAsync(19_000);
    expect(wires).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(wires).toHaveLength(2);
  });

  it('does not reconnect while nobody looks', async () => {
    const wire = await connected();
    seen = false;
    wire.breaks();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(wires).toHaveLength(1);
    seen = true;
    socket.hurry();
    await settled();
    expect(wires).toHaveLength(2);
  });

  it('fetches what happened without a socket where none can be had', async () => {
    opens = () => {
      throw new DOMException('no', 'SecurityError');
    };
    socket.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(lines.at(-1)).toBe('slow');
    expect(asked).toEqual([null]);
    expect(topics.cursor?.positions).toEqual({ [OWN]: 16 });
    snapshots = async () => snapshot(2);
    await vi.advanceTimersByTimeAsync(90_000);
    expect(asked).toEqual([null, null]);
    expect(topics.cursor?.positions).toEqual({ [OWN]: 32 });
    expect(lines.slice(-2)).toEqual(['offline', 'slow']); // it does not flicker
  });

  it('also where a socket opens and then nothing is heard', async () => {
    socket.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines.at(-1)).toBe('slow');
    expect(asked).toEqual([null]);
  });

  it('says that there is no signal when nothing answers without a socket either', async () => {
    opens = () => {
      throw new DOMException('no', 'SecurityError');
    };
    socket.start();
    await vi.advanceTimersByTimeAsync(20_000);
    snapshots = () => Promise.reject(new Error('unreachable'));
    await vi.advanceTimersByTimeAsync(90_000);
    expect(lines.at(-1)).toBe('offline');
    socket.reached(); // something that was sent was received
    expect(lines.at(-1)).toBe('slow');
    socket.lost();
    expect(lines.at(-1)).toBe('offline');
  });

  it('shows a unit that is looked into also without a socket', async () => {
    opens = () => {
      throw new DOMException('no', 'SecurityError');
    };
    socket.start();
    await vi.advanceTimersByTimeAsync(20_000);
    const unit = { topic: 'unit:u', mode: 'events' as const, upto: 48, cards: [], progress: {} };
    snapshots = async () => ({ epoch: 'e', cursor: '', topics: [unit] });
    socket.follow('unit:u');
    await settled();
    expect(asked).toEqual([null, 'unit:u']);
    expect(topics.positionOf('unit:u')).toBe(48);
  });

  it('is live again as soon as a socket is heard', async () => {
    const wire = await connected();
    wire.breaks();
    await settled();
    socket.reached();
    expect(lines.at(-1)).toBe('slow');
    await vi.advanceTimersByTimeAsync(3_000);
    wires.at(-1)!.opens();
    wires.at(-1)!.says(welcome);
    expect(lines.at(-1)).toBe('live');
  });

  it('says nothing more once it was stopped', async () => {
    let answer: (all: FeedSnapshot) => void = () => undefined;
    snapshots = () => new Promise((_, reject) => (answer = () => reject(new Error('late'))));
    await connected();
    socket.stop();
    const before = lines.length;
    answer(snapshot(1));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines).toHaveLength(before);
    expect(socket.isLive).toBe(false);
    expect(wires).toHaveLength(1);
  });
});

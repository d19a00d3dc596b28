import { describe, expect, it } from 'vitest';
import type { FeedSnapshot, Frame, Welcome } from './messages';
import { FollowedTopics } from './topics';

const OWN = 'person:p';
const UNIT = 'unit:u';
const EPOCH = 'epoch-1';
const at = (seq: number) => seq * 16;

const event = (seq: number) => ({
  position: at(seq),
  kind: 'report',
  at: '2026-11-02T01:20:22Z',
  employee_id: 'p',
  content: { report_id: `r${seq}`, target_id: 't' },
});
const frame = (topic: string, prev: number, ...seqs: number[]): Frame & { type: 'events' } => ({
  type: 'events',
  topic,
  prev: at(prev),
  upto: at(seqs.at(-1)!),
  events: seqs.map(event),
});
const snapshot = (topic: string, upto: number, seqs: number[], epoch = EPOCH): FeedSnapshot => ({
  epoch,
  cursor: '',
  topics: [{ topic, mode: 'events', upto: at(upto), cards: seqs.map(event), progress: {} }],
});
const welcome = (topics: Record<string, number>, epoch = EPOCH): Welcome => ({
  type: 'welcome',
  epoch,
  employee_id: 'p',
  topics: Object.fromEntries(
    Object.entries(topics).map(([name, upto]) => [
      name,
      { mode: 'events' as const, upto: at(upto) },
    ]),
  ),
  ping_every_s: 25,
  token_expires_at: '2026-11-02T02:00:00Z',
});
const seen = (topics: FollowedTopics, topic = OWN) =>
  topics.all.get(topic)?.state.cards.map((card) => card.position / 16);

function listening(): FollowedTopics {
  const topics = new FollowedTopics(50);
  topics.take(welcome({ [OWN]: 5 }));
  topics.shown(snapshot(OWN, 5, [4, 5]));
  return topics;
}

describe('a topic', () => {
  it('asks for a snapshot before anything is known, and then for nothing', () => {
    const topics = new FollowedTopics(50);
    expect(topics.due).toEqual([null]);
    topics.take(welcome({ [OWN]: 5 }));
    expect(topics.due).toEqual([null]);
    topics.shown(snapshot(OWN, 5, [4, 5]));
    expect(topics.due).toEqual([]);
    expect(topics.cursor).toEqual({ epoch: EPOCH, positions: { [OWN]: at(5) } });
  });

  it('tells an event once, however often it arrives', () => {
    const topics = listening();
    const told = topics.take(frame(OWN, 5, 6, 7));
    expect(told.flatMap((each) => each.events.map((one) => one.position))).toEqual([at(6), at(7)]);
    expect(topics.take(frame(OWN, 5, 6, 7))).toEqual([]);
    expect(topics.take(frame(OWN, 6, 7, 8))[0]?.events).toHaveLength(1);
    expect(seen(topics)).toEqual([4, 5, 6, 7, 8]);
  });

  it('loses nothing that arrives while a snapshot is on its way', () => {
    const topics = listening();
    topics.take(frame(OWN, 9, 10)); // 6 to 9 were lost
    expect(topics.due).toEqual([null]);
    topics.take(frame(OWN, 10, 11));
    const told = topics.shown(snapshot(OWN, 10, [8, 9, 10]));
    expect(told.flatMap((each) => each.events.map((one) => one.position))).toEqual([at(11)]);
    expect(seen(topics)).toEqual([8, 9, 10, 11]);
    expect(topics.due).toEqual([]);
  });

  it('says where some is missing when a snapshot does not reach back', () => {
    const topics = listening();
    topics.take(frame(OWN, 9, 10));
    topics.shown(snapshot(OWN, 10, [9, 10]));
    expect(topics.all.get(OWN)?.gaps).toEqual([at(9) - 1]);
  });

  it('has a hairline above what was shown before, where the snapshot fills the gap', () => {
    const topics = listening();
    const before = topics.all.get(OWN)?.state.position ?? 0;
    topics.take(frame(OWN, 9, 10));
    topics.shown(snapshot(OWN, 10, [1, 2, 3, 4, 5, 9, 10]));
    expect(topics.all.get(OWN)?.gaps).toEqual([before]);
  });

  it('is not current while it is only what the phone kept', () => {
    const topics = new FollowedTopics(50);
    const kept = { topic: OWN, position: at(3), mode: 'events' as const, limit: 50 };
    topics.remember(EPOCH, [{ ...kept, cards: [event(3)], progress: {} }]);
    expect(topics.all.get(OWN)?.current).toBe(false);
    expect(topics.cursor?.positions).toEqual({ [OWN]: at(3) });
    topics.take(welcome({ [OWN]: 4 }));
    topics.take(frame(OWN, 3, 4));
    expect(topics.all.get(OWN)?.current).toBe(true);
    expect(topics.due).toEqual([]);
    expect(seen(topics)).toEqual([3, 4]);
  });

  it('of another epoch is dropped for a snapshot', () => {
    const topics = listening();
    topics.take(welcome({ [OWN]: 1 }, 'epoch-2'));
    expect(topics.due).toEqual([null]);
    topics.shown(snapshot(OWN, 1, [1], 'epoch-2'));
    expect(seen(topics)).toEqual([1]);
    expect(topics.cursor?.epoch).toBe('epoch-2');
  });

  it('that is revoked is forgotten, and one that is not welcome any more too', () => {
    const topics = listening();
    topics.take({ type: 'revoked', topic: OWN });
    expect(topics.all.size).toBe(0);
    const others = listening();
    others.take(welcome({}));
    expect(others.all.size).toBe(0);
  });
});

describe('drilling down', () => {
  it('fetches the topic and leaves the own cursor alone', () => {
    const topics = listening();
    topics.drill(UNIT);
    topics.take({ type: 'subscribed', topic: UNIT, mode: 'events', upto: at(9) });
    expect(topics.due).toEqual([UNIT]);
    topics.shown(snapshot(UNIT, 9, [9]), UNIT);
    expect(topics.due).toEqual([]);
    expect(seen(topics, UNIT)).toEqual([9]);
    expect(topics.cursor?.positions).toEqual({ [OWN]: at(5) });
    topics.leave(UNIT);
    expect(topics.all.has(UNIT)).toBe(false);
  });

  it('gives up a topic that the service does not know', () => {
    const topics = listening();
    topics.drill(UNIT);
    topics.take({ type: 'subscribed', topic: UNIT, mode: 'events', upto: at(9) });
    topics.shown({ epoch: EPOCH, cursor: '', topics: [] }, UNIT);
    expect(topics.due).toEqual([]);
  });
});

it('keeps the rows of a big scope and a sample of what happens in it', () => {
  const topics = new FollowedTopics(2);
  topics.take({ ...welcome({}), topics: { [UNIT]: { mode: 'rollup', upto: at(1) } } });
  const row = { unit_id: 'a', reports: 1, approvals: 0, returns: 0, slips: 0 };
  const said = { type: 'rollup' as const, topic: UNIT, at: '2026-11-02T01:20:22Z' };
  topics.take({ ...said, upto: at(2), rows: [row], sample: [event(2)] });
  topics.take({
    ...said,
    upto: at(4),
    rows: [{ ...row, reports: 3 }],
    sample: [event(3), event(4)],
  });
  expect(topics.all.get(UNIT)?.rows).toEqual({ a: { ...row, reports: 3 } });
  expect(seen(topics, UNIT)).toEqual([3, 4]);
});

it('takes a snapshot of a scope that is not big any more: what was shown of it were samples', () => {
  const topics = new FollowedTopics(2);
  const rollup = { topic: UNIT, upto: at(1), mode: 'rollup' as const };
  topics.take({ ...welcome({}), topics: { [UNIT]: { mode: 'rollup', upto: at(1) } } });
  topics.take({ type: 'rollup', ...rollup, at: '', rows: [], sample: [] });
  expect(topics.due).toEqual([]);
  topics.take({ ...welcome({}), topics: { [UNIT]: { mode: 'events', upto: at(2) } } });
  expect(topics.due).toEqual([null]);
});

describe('a snapshot that nothing was due for', () => {
  it('is taken where it goes beyond what is known', () => {
    const topics = listening();
    topics.newer(snapshot(OWN, 7, [5, 7]));
    expect(seen(topics)).toEqual([5, 7]);
    expect(topics.due).toEqual([]);
  });

  it('takes back nothing that came meanwhile by another way', () => {
    const topics = listening();
    topics.frame(frame(OWN, 5, 6));
    topics.newer(snapshot(OWN, 5, [4, 5]));
    expect(seen(topics)).toEqual([4, 5, 6]);
    expect(topics.cursor?.positions).toEqual({ [OWN]: at(6) });
  });
});

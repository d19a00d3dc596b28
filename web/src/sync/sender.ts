/**
 * Sends what waits, whenever there is something and somebody answers. One tab does it for all.
 *
 * Invariants: a Web Lock says which tab sends; an ended session pauses the sending and throws
 * nothing away; pauses are random and never shorter than the office asked for.
 */
import { effect } from '@preact/signals';
import { ask, Refused } from '../api/client';
import type { Problem } from '../api/types';
import { PhoneFull, phone } from '../store/database';
import { onSaved, outboxChanged } from '../store/outbox';
import { me, standing } from '../store/session';
import { tabs } from '../store/tabs';
import { connection, outbox, sending, storage } from '../store/signals';
import type { Sending } from '../store/signals';
import { pauseMs } from './pauses';
import { freshMemory, oneRound } from './round';
import type { Memory, Received, Round } from './round';

export const SENDING_LOCK = 'denyut-sending';
const USUAL_POLL_S = 60;
const NOW_TIMEOUT_MS = 35_000;
const SILENCE_MS = 5_000; // a tab that sends answers at once; a phone may have put it to sleep

/** Where changes go that a sync brings, and where the own topic stands while no socket is open. */
export interface Feed {
  cursor(): string | null;
  changed(frames: Round['frames'], resets: Round['resets']): void;
}

type Late = ReturnType<typeof setTimeout> | undefined;
type Word = { kind: 'state'; state: Sending } | { kind: 'now' };

const others = tabs<Word>('denyut-sending');
const listeners = new Set<(received: readonly Received[]) => void>();
const turn = { mine: null as object | null, late: undefined as Late, feed: null as Feed | null };
const bell = { ring: () => undefined as void, rung: false };

/** Calls back, in the tab that sends, with what the office has received. */
export function onReceived(listener: (received: readonly Received[]) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Sends from now on, in this tab or in another one. */
export function keepSending(feed: Feed): void {
  others.onWord((word) => {
    if (word.kind === 'state') {
      clearTimeout(turn.late);
      sending.value = word.state;
    } else {
      if (turn.mine) others.tell({ kind: 'state', state: sending.peek() });
      wake();
    }
  });
  const hurry = () => {
    wake();
    askTheOther();
  };
  onSaved(() => {
    hurry();
    void askForTheBackground();
  });
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', hurry);
  effect(() => {
    if (me.value && standing.value === 'signed_in') wake();
  });
  effect(() => {
    if (connection.value === 'live') wake(); // the office is there again, so no more waiting
  });
  turn.feed = feed;
  takeTurn(feed);
  askTheOther();
}

/** Waits for the turn of this tab, or takes it; a turn that was taken away is waited for anew. */
function takeTurn(feed: Feed, options: LockOptions = {}): void {
  const mine = {};
  const sends = () => {
    turn.mine = mine;
    return run(feed, mine);
  };
  // A page without TLS has no locks; there one tab is all that is promised.
  if (!navigator.locks) return void sends();
  navigator.locks.request(SENDING_LOCK, options, sends).catch(() => {
    if (turn.mine !== mine) return;
    turn.mine = null;
    wake();
    takeTurn(feed);
  });
}

/** Wakes the tab that sends. One that is asleep says nothing, and loses its turn to this one. */
function askTheOther(): void {
  clearTimeout(turn.late);
  if (!turn.mine && navigator.locks && others.hear) {
    turn.late = setTimeout(() => {
      const isSeen = document.visibilityState !== 'hidden';
      if (!turn.mine && isSeen && turn.feed) takeTurn(turn.feed, { steal: true });
    }, SILENCE_MS);
  }
  others.tell({ kind: 'now' });
}

/** Sends at once; resolves with how it went, as soon as a round has ended in whichever tab. */
export function syncNow(): Promise<Sending> {
  const before = sending.peek().rounds;
  wake();
  askTheOther();
  return new Promise((resolve) => {
    const late = setTimeout(done, NOW_TIMEOUT_MS);
    const stop = effect(() => {
      const { rounds, now } = sending.value;
      if (rounds > before || now === 'paused') queueMicrotask(done);
    });
    function done(): void {
      clearTimeout(late);
      stop();
      resolve(sending.peek());
    }
  });
}

async function run(feed: Feed, mine: object): Promise<void> {
  const memory = freshMemory();
  let failures = 0;
  while (turn.mine === mine) {
    const owner = me.peek()?.employee.id;
    if (!owner || standing.peek() !== 'signed_in') {
      say({ now: owner ? 'paused' : 'idle', until: null });
      await rung(null);
      continue;
    }
    try {
      const round = await flush(feed, owner, memory);
      failures = memory.toldToWait.size ? failures + 1 : 0;
      say({ now: 'idle', until: null, problem: null, lastAt: Date.now() }, true);
      if (round.sent && !memory.toldToWait.size) continue; // until nothing is left
      await rest(round, failures);
    } catch (error) {
      await outboxChanged().catch(() => undefined);
      if (error instanceof PhoneFull) storage.value = 'full';
      const problem = error instanceof Refused ? error.problem : null;
      // The top of the loop waits for whoever signs in, if the session knows that it has ended.
      if (problem?.status === 401 && standing.peek() !== 'signed_in') continue;
      failures += 1;
      const told = error instanceof Refused ? error.retryAfterS : null;
      await waiting(pauseMs(failures, told), problem, told);
    }
  }
}

async function flush(feed: Feed, owner: string, memory: Memory): Promise<Round> {
  const round = await oneRound(
    {
      db: await phone(),
      owner,
      send: (body) => ask('post', '/v1/sync', { body, owner, packs: true }),
      cursor: feed.cursor(),
      onTaken: (items) => {
        if (!items.length) return;
        say({ now: 'sending', until: null });
        void outboxChanged();
      },
    },
    memory,
  );
  if (round.sent) await outboxChanged();
  if (round.frames.length || round.resets.length) feed.changed(round.frames, round.resets);
  if (round.received.length) for (const each of listeners) each(round.received);
  return round;
}

/** Nothing is left: until something is saved, or a poll is due because no socket brings news. */
async function rest(round: Round, failures: number): Promise<void> {
  if (failures) return waiting(pauseMs(failures), null, null);
  const listens = connection.peek() === 'live' || document.visibilityState === 'hidden';
  await rung(listens ? null : (round.nextAfterS ?? USUAL_POLL_S) * 1000);
}

/** Waits, and says until when; what the office asked for is kept, anything else may be hurried. */
async function waiting(ms: number, problem: Problem | null, toldS: number | null): Promise<void> {
  say({ now: 'waiting', until: Date.now() + ms, problem }, true);
  if (toldS) await new Promise((done) => setTimeout(done, toldS * 1000));
  await rung(Math.max(ms - (toldS ?? 0) * 1000, 0));
}

function say(change: Partial<Sending>, isEnd = false): void {
  const before = sending.peek();
  const state = { ...before, ...change, rounds: before.rounds + (isEnd ? 1 : 0) };
  sending.value = state;
  others.tell({ kind: 'state', state });
}

function wake(): void {
  bell.rung = true;
  bell.ring();
}

/** Until somebody rings, or so many milliseconds have passed. */
function rung(ms: number | null): Promise<void> {
  return new Promise((resolve) => {
    const late = ms === null ? undefined : setTimeout(done, ms);
    function done(): void {
      clearTimeout(late);
      bell.ring = () => undefined;
      bell.rung = false;
      resolve();
    }
    bell.ring = done;
    if (bell.rung) done();
  });
}

/** Where the browser can, what waits is sent when the signal is back, also without a page. */
async function askForTheBackground(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    const sync = (registration as { sync?: { register(tag: string): Promise<void> } })?.sync;
    if (outbox.peek().length) await sync?.register('denyut-outbox');
  } catch {
    // Refused by the person or the browser; the page sends.
  }
}

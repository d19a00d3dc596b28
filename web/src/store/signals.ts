/**
 * What the rest of the phone tells the screens. Screens read; each signal names who writes it.
 *
 * What a person does is said elsewhere, and this is the whole of it:
 * - `store/outbox.ts`: `saveReport`, `saveRevision`, `saveWithdrawal`, `saveAcknowledgement`,
 *   `saveRead` (each resolves when the phone has it for good), `tryAgain`, `discard`, `takeUp`
 *   (an item that was put aside, to be said anew), `exportUnsent`.
 * - `store/drafts.ts`: `keepDraft(key, draft)` at every keystroke, `draftOf(key)`, `dropDraft(key)`.
 * - `store/kept.ts`: `kept(path, {path, query})` is the answer of a GET that also works offline.
 * - `store/practice.ts`: the flag of practice mode. `sync/sender.ts`: `syncNow()`.
 * - `live/feed.ts`: `follow(topic)` and `leave(topic)` for drilling down.
 */
import { computed, signal } from '@preact/signals';
import type { Problem, Shape } from '../api/types';
import type { Card, Mode, Progress, Receipt, RollupRow } from '../live/messages';

export type Connection = 'live' | 'slow' | 'connecting' | 'offline' | 'signed_out';

/** How we stand with the office. Written by `live/feed.ts`. */
export const connection = signal<Connection>('connecting');

/** Whether the office answers, be it that news does not come by itself (`slow`). */
export const answering = computed(() => ['live', 'slow'].includes(connection.value));

export type Op =
  'report.create' | 'report.revise' | 'report.withdraw' | 'feedback.acknowledge' | 'inbox.read';

/**
 * - `saved`: on this phone, the office does not have it (also after `retry` and `blocked`)
 * - `sending`: on its way, nobody knows yet
 * - `received`: the office has it; `receipt` says under which number
 * - `returned`: received, and given back by a supervisor; `reason` says why
 * - `conflict`: somebody changed the report meanwhile; the person chooses
 * - `quarantined`: the office does not take it; `problem` says why and what to do
 */
export type ItemState = 'saved' | 'sending' | 'received' | 'returned' | 'conflict' | 'quarantined';

/** The part of a mutation that `op` names, as it goes over the wire. */
export type Part = Partial<
  Shape<'NewReport'> &
    Shape<'Revision'> &
    Shape<'Withdrawal'> & { feedback_id: string } & {
      notice_id: string;
    }
>;

export interface OutboxItem {
  /** The mutation's id; of a new report also the report's. */
  id: string;
  op: Op;
  /** Who did it; on a shared phone nobody sends or sees what is another's. */
  owner: string;
  state: ItemState;
  /** What is sent. For reports: target_id, quantity, activity_at, note … */
  part: Part;
  /** The report that it is about; of a new one its own id. */
  reportId: string | null;
  /** What people read on it without asking anybody; kept at capture. */
  shown: { indicator?: string; unit_of_measure?: string };
  savedAt: number; // ms, by this phone's clock
  tries: number;
  receipt?: Receipt;
  problem?: Problem;
  /** Why it was returned, and by whom. */
  reason?: string;
  returnedBy?: string;
}

/** What this person did on this phone, newest first. Received ones stay for a week. */
export const outbox = signal<readonly OutboxItem[]>([]);

const WITH_THE_OFFICE: ReadonlySet<ItemState> = new Set(['received', 'returned']);

/** Items of the outbox that the office has not received, those put aside included. */
export const unsent = computed(
  () => outbox.value.filter((item) => !WITH_THE_OFFICE.has(item.state)).length,
);

/** Whether this phone will tell the office that a notice or a word of a supervisor was read. */
export function readHere(id: string): boolean {
  return outbox.value.some(({ part }) => part.notice_id === id || part.feedback_id === id);
}

export interface Sending {
  /** `waiting`: comes back by itself at `until`; `paused`: until somebody signs in. */
  now: 'idle' | 'sending' | 'waiting' | 'paused';
  until: number | null; // ms, by this phone's clock
  /** Why it waits; null when no answer came at all. */
  problem: Problem | null;
  /** When the office last answered; ms. */
  lastAt: number | null;
  /** Rounds that have ended, well or not. */
  rounds: number;
}

/** What the sender does. Written by `sync/sender.ts`; in other tabs by their broadcast. */
export const sending = signal<Sending>({
  now: 'idle',
  until: null,
  problem: null,
  lastAt: null,
  rounds: 0,
});

/** How safe the phone's store is. `full`: the last thing could not be saved. */
export const storage = signal<'unknown' | 'lasting' | 'may_be_cleared' | 'full'>('unknown');

/** A draft of a report, as it was last typed. */
export interface Draft {
  key: string; // 'new' or the id of the report that is said anew
  owner: string;
  targetId: string | null;
  quantity: string; // as typed
  note: string;
  activityAt: string | null;
  /** The id that it was sent under, of one that no outbox carries: perhaps the office has it. */
  sentAs?: string;
  changedAt: number;
}

/** A topic of the feed as it stands: its newest cards, oldest first, and their targets. */
export interface Topic {
  topic: string;
  mode: Mode;
  position: number;
  cards: readonly Card[];
  progress: Readonly<Record<string, Progress>>;
  /** Child units of a big scope (`mode` is `rollup`), by unit. */
  rows: Readonly<Record<string, RollupRow>>;
  /** Positions behind which something was missed and fetched anew: a hairline is drawn there. */
  gaps: readonly number[];
  /** False while it is what this phone kept and the office has not been heard yet. */
  current: boolean;
}

/** Everything this person follows, by topic. Written by `live/feed.ts`. */
export const topics = signal<Readonly<Record<string, Topic>>>({});

/** An answer that this phone keeps. `value` is shown whatever `state` is. */
export interface Kept<T> {
  value: T | null;
  /** When the office said so; ms. */
  at: number | null;
  /** `stale`: shown from the phone, the office could not be asked; `error` says why. */
  state: 'loading' | 'fresh' | 'stale';
  error: unknown;
}

/** Practice mode: what is done is real nowhere. Written by `store/practice.ts`. */
export const practice = signal(false);

/** A newer app waits; calling it loads it. Nothing of the outbox is touched by that. */
export const newerApp = signal<(() => void) | null>(null);

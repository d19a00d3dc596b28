/**
 * One round of sending: the oldest items go to `POST /v1/sync`, and each gets its own result.
 *
 * Invariants: only `applied` and `duplicate` take an item out of what waits; `conflict` and
 * `rejected` put it aside with the reason; everything else, a lost answer and an ended session
 * included, leaves it waiting. Nobody else sends meanwhile. Works without a page too.
 */
import { Refused, Unreachable } from '../api/client';
import type { Shape } from '../api/types';
import type { Frame, Receipt, Reset } from '../live/messages';
import { settle, takeBatch } from '../store/items';
import type { Settlement } from '../store/items';
import type { Phone, StoredItem } from '../store/database';
import type { Op } from '../store/signals';

export const MOST_ITEMS = 50;

type Mutation = Shape<'SyncMutation'>;
export type SyncRequest = Shape<'SyncRequest'>;
type SyncResponse = Shape<'SyncResponse'>;

const PLACES: Record<Op, 'report' | 'revision' | 'withdrawal' | 'acknowledgement' | 'read'> = {
  'report.create': 'report',
  'report.revise': 'revision',
  'report.withdraw': 'withdrawal',
  'feedback.acknowledge': 'acknowledgement',
  'inbox.read': 'read',
};

export interface Received {
  item: StoredItem;
  receipt: Receipt | null;
}

export interface Round {
  /** How many items went; 0: there was nothing, and nobody was asked unless a cursor was given. */
  sent: number;
  received: Received[];
  frames: Frame[];
  resets: Reset[];
  nextAfterS: number | null;
}

/** What one sender remembers between its rounds. */
export interface Memory {
  /** Items that the office wants later; they do not hold up the others. */
  toldToWait: Set<string>;
  mostItems: number;
}

export const freshMemory = (): Memory => ({ toldToWait: new Set(), mostItems: MOST_ITEMS });

export interface Sender {
  db: Phone;
  owner: string;
  send(request: SyncRequest): Promise<SyncResponse>;
  /** Where the own topic stands; given only when the changes are wanted by this way. */
  cursor: string | null;
  onTaken?(items: readonly StoredItem[]): void;
  nowMs?(): number;
}

/** Sends one batch. Throws `Refused` and `Unreachable`; then every item waits as before.
 * A request that can never pass as it is is no failure: the next round goes with less of it. */
export async function oneRound(sender: Sender, memory: Memory): Promise<Round> {
  const now = sender.nowMs ?? Date.now;
  const { db, owner } = sender;
  const batch = await nextBatch(sender, memory);
  if (!batch.length && !sender.cursor) return nothing();
  sender.onTaken?.(batch);
  let answer: SyncResponse;
  try {
    answer = await sender.send({
      mutations: batch.map(mutationOf),
      sent_at: new Date(now()).toISOString(),
      ...(sender.cursor && !batch.length ? { cursor: sender.cursor } : {}),
    });
    if (!Array.isArray(answer?.results)) throw new Unreachable();
  } catch (error) {
    const settled = afterFailure(error, batch, memory);
    await settle(db, owner, settled, now());
    if (batch.length && isAboutTheBody(error)) return { ...nothing(), sent: batch.length };
    throw error;
  }
  memory.mostItems = MOST_ITEMS;
  const settlements = settlementsOf(batch, answer);
  await settle(db, owner, settlements, now());
  for (const each of settlements) {
    if (each.as === 'saved') memory.toldToWait.add(each.id);
    else memory.toldToWait.delete(each.id);
  }
  return {
    sent: batch.length,
    received: receivedOf(batch, settlements),
    frames: (answer.changes ?? []) as unknown as Frame[],
    resets: (answer.resets ?? []) as Reset[],
    nextAfterS: answer.next_sync_after_s ?? null,
  };
}

async function nextBatch({ db, owner }: Sender, memory: Memory): Promise<StoredItem[]> {
  const batch = await takeBatch(db, owner, memory.mostItems, memory.toldToWait);
  if (batch.length || !memory.toldToWait.size) return batch;
  memory.toldToWait.clear(); // everybody had a turn; those that were told to wait go again
  return takeBatch(db, owner, memory.mostItems, memory.toldToWait);
}

/** An item as it goes over the wire: `captured_at` is read from a new report's id. */
export function mutationOf(item: StoredItem): Mutation {
  return { mutation_id: item.id, op: item.op, [PLACES[item.op]]: item.part } as Mutation;
}

/** Results are found by their item, or by their place where a result names none. */
function settlementsOf(batch: readonly StoredItem[], answer: SyncResponse): Settlement[] {
  const named = new Map(answer.results.map((result) => [result.mutation_id, result]));
  return batch.map((item, place) => {
    const byPlace = answer.results[place];
    const result = named.get(item.id) ?? (byPlace?.mutation_id ? undefined : byPlace);
    const { receipt, problem } = result ?? {};
    switch (result?.outcome) {
      case 'applied':
      case 'duplicate':
        return { id: item.id, as: 'received', receipt };
      case 'conflict':
        return { id: item.id, as: 'conflict', problem };
      case 'rejected':
        return { id: item.id, as: 'quarantined', problem };
      default:
        return { id: item.id, as: 'saved' };
    }
  });
}

/** A request that can never pass goes in halves; an item that cannot pass alone is put aside. */
function afterFailure(error: unknown, batch: readonly StoredItem[], memory: Memory): Settlement[] {
  const [first] = batch;
  if (isAboutTheBody(error) && first && batch.length === 1) {
    return [{ id: first.id, as: 'quarantined', problem: error.problem }];
  }
  if (isAboutTheBody(error)) memory.mostItems = Math.max(1, Math.floor(batch.length / 2));
  return batch.map((item) => ({ id: item.id, as: 'saved' }));
}

const BODY_STATUSES: ReadonlySet<number> = new Set([400, 413, 422]);

/** The office did not take the request for what is in it; asking the same again cannot help. */
function isAboutTheBody(error: unknown): error is Refused {
  if (!(error instanceof Refused) || error.problem.code === 'invalid_cursor') return false;
  const { retry, status } = error.problem;
  return (retry === 'never' || retry === 'after_change') && BODY_STATUSES.has(status);
}

function receivedOf(batch: readonly StoredItem[], settlements: readonly Settlement[]): Received[] {
  return settlements.flatMap((each, place) => {
    const item = batch[place];
    return each.as === 'received' && item ? [{ item, receipt: each.receipt ?? null }] : [];
  });
}

const nothing = (): Round => ({
  sent: 0,
  received: [],
  frames: [],
  resets: [],
  nextAfterS: null,
});

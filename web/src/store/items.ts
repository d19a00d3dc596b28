/**
 * The items of the outbox in the database. No signals, no network: the service worker uses it too.
 *
 * Invariants: a function that writes resolves when its transaction has completed, so what it
 * promised outlives the tab; an item leaves only when the office has it, or by the person's hand;
 * an item that may already be with the office is never changed under its id; the photos of a
 * report go where it goes, in the same transaction.
 */
import type { IDBPObjectStore, StoreNames } from 'idb';
import type { Problem } from '../api/types';
import type { Receipt } from '../live/messages';
import { isFull, PhoneFull } from './database';
import type { Phone, PhoneSchema, StoredItem } from './database';
import type { OutboxItem } from './signals';

const KEPT_RECEIVED_MS = 7 * 24 * 3_600_000; // how long a receipt can still be looked up here

export type NewItem = Omit<OutboxItem, 'state' | 'tries'>;

/** What became of an item, as the office said it. */
export interface Settlement {
  id: string;
  as: 'received' | 'conflict' | 'quarantined' | 'saved';
  receipt?: Receipt | null;
  problem?: Problem | null;
}

/** What a report was made of: its draft, and what its photos were kept under. */
export interface Origin {
  draft: string;
  photos: string;
}

const STRICT = { durability: 'strict' } as const;

/**
 * Saves a new item; the draft that it was made of goes, and its photos come, in the same
 * transaction. Throws `PhoneFull` when there is no room, not even after kept answers made some.
 */
export async function addItem(db: Phone, item: NewItem, from?: Origin): Promise<void> {
  await roomFor(db, async () => {
    const transaction = db.transaction(['items', 'drafts', 'photos'], 'readwrite', STRICT);
    const stored = { ...item, state: 'saved', tries: 0 } as StoredItem;
    await Promise.all([
      transaction.objectStore('items').add(stored),
      from && transaction.objectStore('drafts').delete(from.draft),
      from && photosTo(transaction.objectStore('photos'), from.photos, item.reportId, item.owner),
      transaction.done,
    ]);
  });
}

/** One person's photos of a report, or of a draft, are another report's; or, without one, gone. */
async function photosTo<Stores extends ArrayLike<StoreNames<PhoneSchema>>>(
  store: IDBPObjectStore<PhoneSchema, Stores, 'photos', 'readwrite'>,
  from: string | null,
  to: string | null,
  owner: string,
): Promise<void> {
  let at = from === null ? null : await store.index('reportId').openCursor(from);
  for (; at; at = await at.continue()) {
    if (at.value.owner !== owner) continue;
    await (to === null ? at.delete() : at.update({ ...at.value, reportId: to }));
  }
}

/** Runs a write; without room it gives up what can be asked for again, and tries once more. */
export async function roomFor<T>(db: Phone, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isFull(error)) throw error;
  }
  try {
    await db.clear('answers');
    return await write();
  } catch (error) {
    throw isFull(error) ? new PhoneFull() : error;
  }
}

/** Everything of one person, in the order of its making. */
export function itemsOf(db: Phone, owner: string): Promise<StoredItem[]> {
  return db.getAllFromIndex('items', 'owner', owner);
}

/** An item as it is now; undefined: it is not here. */
export function itemOf(db: Phone, id: string): Promise<StoredItem | undefined> {
  return db.getFromIndex('items', 'id', id);
}

/**
 * Changes one item where `change` gives another; undefined takes it out, null leaves it. The
 * photos of a new report go with it.
 */
export async function changeItem(
  db: Phone,
  id: string,
  change: (item: StoredItem) => StoredItem | undefined | null,
): Promise<boolean> {
  return roomFor(db, async () => {
    const transaction = db.transaction(['items', 'photos'], 'readwrite', STRICT);
    const items = transaction.objectStore('items');
    const item = await items.index('id').get(id);
    const changed = item ? change(item) : null;
    if (item && changed === undefined) await items.delete(item.seq);
    else if (changed) await items.put(changed);
    const to = changed?.reportId ?? null;
    if (item?.op === 'report.create' && changed !== null && to !== item.reportId) {
      await photosTo(transaction.objectStore('photos'), item.reportId, to, item.owner);
    }
    await transaction.done;
    return changed !== null;
  });
}

/** The report itself has never been on its way, so it can still be said otherwise or not at all. */
export function isUntried(item: OutboxItem): boolean {
  return item.state === 'saved' && item.tries === 0;
}

/**
 * Takes the oldest items that wait, at most `most`, and marks them as on their way; those of a tab
 * that died while sending are among them. Call it only while no other tab sends.
 */
export function takeBatch(
  db: Phone,
  owner: string,
  most: number,
  leaveOut: ReadonlySet<string>,
): Promise<StoredItem[]> {
  return roomFor(db, async () => {
    const transaction = db.transaction('items', 'readwrite', STRICT);
    const all = await transaction.store.index('owner').getAll(owner);
    const batch: StoredItem[] = [];
    for (const item of all) {
      const waits = item.state === 'saved' || item.state === 'sending';
      if (waits && batch.length < most && !leaveOut.has(item.id)) {
        const taken: StoredItem = { ...item, state: 'sending', tries: item.tries + 1 };
        await transaction.store.put(taken);
        batch.push(taken);
      } else if (item.state === 'sending') {
        await transaction.store.put({ ...item, state: 'saved' });
      }
    }
    await transaction.done;
    return batch;
  });
}

/** Writes what became of a batch, in one transaction. */
export function settle(
  db: Phone,
  owner: string,
  settlements: readonly Settlement[],
  nowMs: number,
): Promise<void> {
  return roomFor(db, () => settledIn(db, owner, settlements, nowMs));
}

async function settledIn(
  db: Phone,
  owner: string,
  settlements: readonly Settlement[],
  nowMs: number,
): Promise<void> {
  const transaction = db.transaction('items', 'readwrite', STRICT);
  const all = await transaction.store.index('owner').getAll(owner);
  const byId = new Map(all.map((item) => [item.id, item]));
  const changed = new Map<number, StoredItem | null>();
  for (const each of settlements) {
    const item = byId.get(each.id);
    if (!item || item.state === 'received') continue;
    if (each.as === 'received') received(item, each.receipt ?? undefined, all, changed, nowMs);
    else if (each.as === 'saved') {
      // Unless it was put aside together with the report that it is about.
      if (!changed.has(item.seq)) changed.set(item.seq, { ...item, state: 'saved' });
    } else {
      const problem = each.problem ?? undefined;
      for (const one of [item, ...followers(item, all)]) {
        changed.set(one.seq, { ...one, state: each.as, problem });
      }
    }
  }
  for (const item of all) {
    if (item.settledAt && item.settledAt < nowMs - KEPT_RECEIVED_MS) changed.set(item.seq, null);
  }
  for (const [seq, item] of changed) {
    if (item) await transaction.store.put(item);
    else await transaction.store.delete(seq);
  }
  await transaction.done;
}

/** The office has it: readings go, reports stay for a while with their receipt. */
function received(
  item: StoredItem,
  receipt: Receipt | undefined,
  all: readonly StoredItem[],
  changed: Map<number, StoredItem | null>,
  nowMs: number,
): void {
  if (!item.op.startsWith('report.')) {
    changed.set(item.seq, null);
    return;
  }
  const said = item.op === 'report.create' ? undefined : madeFrom(item, all, changed);
  if (said) {
    // The newer word joins the report that it is about, which is shown once.
    const { quantity, note, activity_at } = item.part;
    const part =
      item.op === 'report.revise' ? { ...said.part, quantity, note, activity_at } : said.part;
    changed.set(said.seq, settled({ ...said, part }, receipt ?? said.receipt, nowMs));
    changed.set(item.seq, null);
  } else {
    changed.set(item.seq, settled(item, receipt, nowMs));
  }
}

function settled(item: StoredItem, receipt: Receipt | undefined, nowMs: number): StoredItem {
  const { problem: _, reason: __, returnedBy: ___, ...rest } = item;
  return { ...rest, state: 'received', receipt, settledAt: nowMs };
}

function madeFrom(
  item: StoredItem,
  all: readonly StoredItem[],
  changed: ReadonlyMap<number, StoredItem | null>,
): StoredItem | undefined {
  const first = all.find(
    (other) => other.op === 'report.create' && other.reportId === item.reportId,
  );
  const now = first && (changed.get(first.seq) ?? first);
  return now && (now.state === 'received' || now.state === 'returned') ? now : undefined;
}

/** Changes of a new report that was put aside, which would wait for it for ever. */
function followers(item: StoredItem, all: readonly StoredItem[]): StoredItem[] {
  if (item.op !== 'report.create') return [];
  return all.filter(
    (other) =>
      other.id !== item.id && other.reportId === item.reportId && other.op.startsWith('report.'),
  );
}

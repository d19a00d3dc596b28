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
import { PhoneFull, wholly } from './database';
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

/** What a new item is made of: the place of its draft, and what the draft's photos are kept under. */
export interface Origin {
  draft: string;
  photos: string;
}

/**
 * Saves a new item; the draft that it was made of goes in the same transaction, and the draft's
 * photos become the report's. Throws `PhoneFull` when there is no room, not even after kept answers
 * made some; where there is room for the text alone, the photos stay in the draft.
 */
export async function addItem(db: Phone, item: NewItem, from?: Origin): Promise<void> {
  const stored = { ...item, state: 'saved', tries: 0 } as StoredItem;
  const write = (withPhotos: boolean) =>
    wholly(db, ['items', 'drafts', 'photos'], async (transaction) => {
      await transaction.objectStore('items').add(stored);
      if (!from) return;
      await transaction.objectStore('drafts').delete(from.draft);
      const photos = transaction.objectStore('photos');
      if (withPhotos) await photosTo(photos, item.owner, from.photos, item.reportId);
    });
  try {
    await write(true);
  } catch (error) {
    if (!from || !(error instanceof PhoneFull)) throw error;
    await write(false);
  }
}

/** Photos of a report go where it goes: under another id, or (null) away. */
async function photosTo(
  store: IDBPObjectStore<PhoneSchema, StoreNames<PhoneSchema>[], 'photos', 'readwrite'>,
  owner: string,
  from: string,
  to: string | null,
): Promise<void> {
  for (const photo of await store.index('reportId').getAll(from)) {
    if (photo.owner !== owner) continue;
    if (to) await store.put({ ...photo, reportId: to });
    else await store.delete(photo.id);
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
 * Changes one item where `change` gives another; undefined takes it out, null leaves it. Photos of a
 * new report go with it.
 */
export function changeItem(
  db: Phone,
  id: string,
  change: (item: StoredItem) => StoredItem | undefined | null,
): Promise<boolean> {
  return wholly(db, ['items', 'photos'], async (transaction) => {
    const items = transaction.objectStore('items');
    const item = await items.index('id').get(id);
    const changed = item ? change(item) : null;
    if (!item || changed === null) return false;
    if (changed) await items.put(changed);
    else await items.delete(item.seq);
    const to = changed?.reportId ?? null;
    if (item.op === 'report.create' && item.reportId && item.reportId !== to) {
      await photosTo(transaction.objectStore('photos'), item.owner, item.reportId, to);
    }
    return true;
  });
}

/** Forgets what the office has of one person; it can be asked for again. */
export function forgetReceived(db: Phone, owner: string): Promise<void> {
  return wholly(db, ['items'], async ({ store }) => {
    for (const item of await store.index('owner').getAll(owner)) {
      if (isReceived(item)) await store.delete(item.seq);
    }
  });
}

/** The office has it, whatever it said of it afterwards. */
export function isReceived(item: OutboxItem): boolean {
  return item.state === 'received' || item.state === 'returned';
}

/** The office does not take it as it is; the person decides what becomes of it. */
export function isAside(item: OutboxItem): boolean {
  return item.state === 'conflict' || item.state === 'quarantined';
}

// On their way from a phone that has no room to mark them so.
const unmarked = new Set<string>();

/** The report itself has never been on its way, so it can still be said otherwise or not at all. */
export function isUntried(item: OutboxItem): boolean {
  return item.state === 'saved' && item.tries === 0 && !unmarked.has(item.id);
}

/**
 * Takes the oldest items that wait, at most `most`, and marks them as on their way; those of a tab
 * that died while sending are among them. Call it only while no other tab sends. A full phone
 * sends too: nothing but that makes room in it.
 */
export async function takeBatch(
  db: Phone,
  owner: string,
  most: number,
  leaveOut: ReadonlySet<string>,
): Promise<StoredItem[]> {
  const batch: StoredItem[] = [];
  try {
    await wholly(db, ['items'], async ({ store }) => {
      batch.length = 0;
      for (const item of await store.index('owner').getAll(owner)) {
        const waits = item.state === 'saved' || item.state === 'sending';
        if (waits && batch.length < most && !leaveOut.has(item.id)) {
          batch.push({ ...item, state: 'sending', tries: item.tries + 1 });
        } else if (item.state === 'sending') await store.put({ ...item, state: 'saved' });
      }
      for (const item of batch) await store.put(item);
    });
  } catch (error) {
    if (!(error instanceof PhoneFull)) throw error;
    for (const { id } of batch) unmarked.add(id);
  }
  return batch;
}

/**
 * Writes what became of a batch, in one transaction. A full phone cannot keep receipts: there what
 * the office has just leaves, and `PhoneFull` is thrown if anything else was to be written.
 */
export async function settle(
  db: Phone,
  owner: string,
  settlements: readonly Settlement[],
  nowMs: number,
): Promise<void> {
  try {
    await wholly(db, ['items'], async ({ store }) => {
      const all = await store.index('owner').getAll(owner);
      for (const [seq, item] of afterwards(all, settlements, nowMs)) {
        if (item) await store.put(item);
        else await store.delete(seq);
      }
    });
  } catch (error) {
    if (!(error instanceof PhoneFull)) throw error;
    for (const { id, as } of settlements) {
      const item = as === 'received' ? await itemOf(db, id) : undefined;
      if (item) await db.delete('items', item.seq); // its photos stay, and may go now
    }
    if (settlements.some(({ as }) => as === 'conflict' || as === 'quarantined')) throw error;
  }
}

/** The items that change, by their place; null: it goes. */
function afterwards(
  all: readonly StoredItem[],
  settlements: readonly Settlement[],
  nowMs: number,
): Map<number, StoredItem | null> {
  const byId = new Map(all.map((item) => [item.id, item]));
  const changed = new Map<number, StoredItem | null>();
  for (const each of settlements) {
    const item = byId.get(each.id);
    if (!item || isReceived(item)) continue;
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
  return changed;
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

/** Received, as the receipt says; unless the feed has already told of something newer. */
function settled(item: StoredItem, receipt: Receipt | undefined, nowMs: number): StoredItem {
  const { problem: _, ...rest } = item;
  const newer = item.receipt && receipt && item.receipt.version > receipt.version;
  if (newer) return { ...rest, settledAt: nowMs };
  if (receipt?.status === 'returned') {
    return { ...rest, state: 'returned', receipt, settledAt: nowMs };
  }
  const { reason: __, returnedBy: ___, ...calm } = rest;
  return { ...calm, state: 'received', receipt, settledAt: nowMs };
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
  return now && isReceived(now) ? now : undefined;
}

/** Changes of a new report that was put aside, which would wait for it for ever. */
function followers(item: StoredItem, all: readonly StoredItem[]): StoredItem[] {
  if (item.op !== 'report.create') return [];
  return all.filter(
    (other) =>
      other.id !== item.id && other.reportId === item.reportId && other.op.startsWith('report.'),
  );
}

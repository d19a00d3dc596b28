/**
 * The database of this phone: what is not sent yet, drafts, and answers for when there is no signal.
 *
 * Invariant: what was written by an older app is read by a newer one. Stores are only ever added,
 * and a tab that holds an older version open lets go of it for the newer one.
 */
import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { Draft, OutboxItem } from './signals';

const NAME = 'denyut';
const VERSION = 1;

/** `seq` is given by the database and orders items by their making, whatever the clock says. */
export type StoredItem = OutboxItem & { seq: number; settledAt?: number };

/** An answer as the office gave it to one person. */
export interface StoredAnswer {
  key: string;
  owner: string;
  value: unknown;
  at: number;
}

/** A photo that waits for its report, or for signal; `evidence/` says what is in it. */
export interface StoredPhoto {
  id: string;
  owner: string;
  reportId: string;
  [more: string]: unknown;
}

export interface PhoneSchema extends DBSchema {
  items: { key: number; value: StoredItem; indexes: { id: string; owner: string } };
  drafts: { key: string; value: Draft; indexes: { owner: string } };
  answers: { key: string; value: StoredAnswer; indexes: { owner: string; at: number } };
  photos: { key: string; value: StoredPhoto; indexes: { reportId: string; owner: string } };
}

export type Phone = IDBPDatabase<PhoneSchema>;

/**
 * Opens the database. `onGone`: it is closed, for a newer app in another tab or by the browser. What
 * a newer app has made of it is opened as it is: it has all that this one knows.
 */
export async function openPhone(onGone = () => undefined as void, name = NAME): Promise<Phone> {
  try {
    return await opening(VERSION, onGone, name);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'VersionError')) throw error;
    return opening(undefined, onGone, name);
  }
}

function opening(version: number | undefined, onGone: () => void, name: string): Promise<Phone> {
  return openDB<PhoneSchema>(name, version, {
    upgrade(db) {
      const items = db.createObjectStore('items', { keyPath: 'seq', autoIncrement: true });
      items.createIndex('id', 'id', { unique: true });
      items.createIndex('owner', 'owner');
      db.createObjectStore('drafts', { keyPath: 'key' }).createIndex('owner', 'owner');
      const answers = db.createObjectStore('answers', { keyPath: 'key' });
      answers.createIndex('owner', 'owner');
      answers.createIndex('at', 'at');
      const photos = db.createObjectStore('photos', { keyPath: 'id' });
      photos.createIndex('reportId', 'reportId');
      photos.createIndex('owner', 'owner');
    },
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      onGone();
    },
    terminated: onGone,
  });
}

/**
 * A database of this tab: opened when it is first asked for, and anew when it could not be opened or
 * was taken away, as phones do with a tab that they put to sleep.
 */
export function lasting<Db>(open: (onGone: () => void) => Promise<Db>): () => Promise<Db> {
  const opened: { now?: Promise<Db> } = {};
  const gone = () => (opened.now = undefined);
  return () =>
    (opened.now ??= open(gone).catch((error: unknown) => {
      gone();
      throw error;
    }));
}

/** The one database of this tab that all of it shares. */
export const phone = lasting((onGone) => openPhone(onGone));

/** The phone has no room; what was to be saved is not. */
export class PhoneFull extends Error {
  constructor() {
    super('phone_full');
    this.name = 'PhoneFull';
  }
}

/** Whether an error says that there is no room. */
export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
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

/**
 * Writes all of it or nothing; resolves when it is on the phone for good. Throws `PhoneFull`. As in
 * every transaction, `work` waits for nothing but the stores of it.
 */
export function wholly<Names extends StoreNames<PhoneSchema>[], T>(
  db: Phone,
  names: [...Names],
  work: (transaction: IDBPTransaction<PhoneSchema, Names, 'readwrite'>) => Promise<T>,
  durability: IDBTransactionDurability = 'strict',
): Promise<T> {
  return roomFor(db, async () => {
    const transaction = db.transaction(names, 'readwrite', { durability });
    try {
      const [made] = await Promise.all([work(transaction), transaction.done]);
      return made;
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It has ended by itself.
      }
      throw error;
    }
  });
}

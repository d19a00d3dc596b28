/**
 * A supervisor's answers on their way: kept on this phone until the office has said what became of
 * them. A database of its own, so that staff carry nothing of it.
 *
 * Invariant: an answer is kept before it is sent, and forgotten only after the office decided on it.
 */
import { openDB } from 'idb';
import type { DBSchema } from 'idb';
import { Refused } from '../api/client';
import type { Problem } from '../api/types';
import { lasting } from '../store/database';

const NAME = 'denyut-answers';
const STORE = 'errands';

interface About {
  key: string;
  owner: string; // on a shared phone nobody sends what is another's
  /** Where it stands among the answers: a report's id, or the praise of one. */
  about: string;
  at: number; // ms, by this phone's clock
}

/** Approving or returning a report as it was read, in this version. */
export interface Decision extends About {
  kind: 'decision';
  aim: 'approve' | 'return';
  reason: string;
  version: number | null;
}

/** A word, with the id that makes it count once. */
export interface Saying extends About {
  kind: 'word';
  path: string;
  fills: Record<string, string>;
  body: { id: string; [more: string]: unknown };
}

export type Errand = Decision | Saying;

interface Schema extends DBSchema {
  [STORE]: { key: string; value: Errand; indexes: { owner: string } };
}

const database = lasting((terminated) =>
  openDB<Schema>(NAME, 1, {
    upgrade: (db) =>
      void db.createObjectStore(STORE, { keyPath: 'key' }).createIndex('owner', 'owner'),
    terminated,
  }),
);

/** Whether this phone has them for good; false where it cannot keep anything. */
export async function keepErrands(errands: readonly Errand[]): Promise<boolean> {
  try {
    const transaction = (await database()).transaction(STORE, 'readwrite');
    for (const each of errands) void transaction.store.put(each);
    await transaction.done;
    return true;
  } catch {
    return false;
  }
}

/** The office has decided on them. */
export async function forgetErrands(keys: readonly string[]): Promise<void> {
  try {
    const transaction = (await database()).transaction(STORE, 'readwrite');
    for (const key of keys) void transaction.store.delete(key);
    await transaction.done;
  } catch {
    // Sent once more later, and counted once.
  }
}

/** What somebody's answers of this phone still wait for, the oldest first. */
export async function errandsOf(owner: string): Promise<Errand[]> {
  try {
    const all = await (await database()).getAllFromIndex(STORE, 'owner', owner);
    return all.sort((one, other) => one.at - other.at);
  } catch {
    return [];
  }
}

const HOPELESS: ReadonlySet<string> = new Set(['never', 'after_change']);

/** Whether asking the same again cannot help. */
export function isHopeless({ status, retry }: Problem): boolean {
  return status !== 401 && HOPELESS.has(retry);
}

/** Whether the office said no for good. */
export function isRefusal(error: unknown): error is Refused {
  return error instanceof Refused && isHopeless(error.problem);
}

/**
 * The id of somebody's one-tap praise of a report: always the same, on every phone and in every
 * tab. Both ids are unique, so what they are together is too; a UUIDv8 of the report's time.
 */
export function praiseId(reportId: string, authorId: string): string {
  const [report, author] = [reportId, authorId].map((id) => id.replaceAll('-', ''));
  const mixed = Array.from(report ?? '', (digit, place) => {
    if (place < 12) return digit;
    if (place === 12) return '8';
    const both = Number.parseInt(digit, 16) ^ Number.parseInt(author?.[place] ?? '0', 16);
    return (place === 16 ? 8 + (both % 4) : both).toString(16);
  }).join('');
  return mixed.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

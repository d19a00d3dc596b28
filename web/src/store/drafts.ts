/**
 * What is being typed, kept at every keystroke so that no call and no empty battery costs a word.
 *
 * Invariant: the newest keystroke wins, also when writing is slower than typing.
 */
import { phone, wholly } from './database';
import { me } from './session';
import type { Draft } from './signals';

type Typed = Omit<Draft, 'key' | 'owner' | 'changedAt'>;

const waiting = new Map<string, Draft | null>();
const writing: { now: Promise<void> | null } = { now: null };

/** What the photos of a draft are kept under, until it is a report. */
export const draftPhotos = (key: string): string => `draft:${key}`;

const keyOf = (owner: string, key: string) => `${owner}/${key}`;

/** Keeps a draft; resolves when the database has it, or a newer one. Throws `PhoneFull`. */
export async function keepDraft(key: string, typed: Typed): Promise<void> {
  const owner = me.peek()?.employee.id;
  if (!owner) return;
  const at = keyOf(owner, key);
  waiting.set(at, { ...typed, key: at, owner, changedAt: Date.now() });
  await written();
}

/** The draft as it was last typed; undefined: there is none. */
export async function draftOf(key: string): Promise<Draft | undefined> {
  const owner = me.peek()?.employee.id;
  if (!owner) return undefined;
  const at = keyOf(owner, key);
  if (waiting.has(at)) return waiting.get(at) ?? undefined;
  return (await phone()).get('drafts', at);
}

/**
 * The place of a draft in the database, once no keystroke of it can be written any more; `putBack`
 * keeps what was typed, should it not become a report after all.
 */
export async function settledDraft(key: string): Promise<{ at: string; putBack: () => void }> {
  await writing.now?.catch(() => undefined);
  const at = keyOf(me.peek()?.employee.id ?? '', key);
  const typed = waiting.get(at);
  waiting.delete(at);
  return { at, putBack: () => void (typed && !waiting.has(at) && waiting.set(at, typed)) };
}

/** Forgets a draft: what it said is saved, or not wanted. */
export async function dropDraft(key: string): Promise<void> {
  const owner = me.peek()?.employee.id;
  if (!owner) return;
  waiting.set(keyOf(owner, key), null);
  await written();
}

function written(): Promise<void> {
  writing.now ??= write().finally(() => {
    writing.now = null;
  });
  return writing.now;
}

async function write(): Promise<void> {
  const db = await phone();
  while (waiting.size) {
    const now = [...waiting];
    await wholly(
      db,
      ['drafts'],
      async ({ store }) => {
        for (const [at, draft] of now) await (draft ? store.put(draft) : store.delete(at));
      },
      'relaxed', // to disk at every letter would be slow
    );
    for (const [at, draft] of now) if (waiting.get(at) === draft) waiting.delete(at);
  }
}

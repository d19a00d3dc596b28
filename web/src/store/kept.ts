/**
 * Answers of the office that this phone keeps: shown at once, also without signal, then renewed.
 *
 * Invariants: an answer is shown only to the person it was given to, and with the time it is from;
 * one that the office would not give to them any more is not kept either.
 */
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { address, ask, Refused } from '../api/client';
import type { Answer, Asking, PathOf } from '../api/client';
import { phone, wholly } from './database';
import { me } from './session';
import type { Kept } from './signals';

type Where = Pick<Asking, 'path' | 'query'>;

const NOT_THEIRS: ReadonlySet<number> = new Set([403, 404, 410]);
const MOST_ANSWERS = 200; // the oldest make room; a phone has little
const owner = computed(() => me.value?.employee.id ?? '');
const known = new Map<string, Signal<Kept<unknown>>>();
const asking = new Map<string, Promise<void>>();

/** The answer of a GET, by its address: from the phone first, then from the office. */
export function kept<P extends PathOf<'get'> & string>(
  path: P,
  where: Where = {},
): ReadonlySignal<Kept<Answer<P, 'get'>>> {
  const key = keyOf(path, where, owner.value); // whoever shows it hears when the phone changes hands
  const there = known.get(key);
  if (there) return there as Signal<Kept<Answer<P, 'get'>>>;
  const made = signal<Kept<unknown>>({ value: null, at: null, state: 'loading', error: null });
  known.set(key, made);
  void remembered(key, made).then(() => renew(path, where));
  return made as Signal<Kept<Answer<P, 'get'>>>;
}

/** Asks the office again; what is shown stays until it answers. Never throws. */
export function renew<P extends PathOf<'get'> & string>(path: P, where: Where = {}): Promise<void> {
  const key = keyOf(path, where);
  const running = asking.get(key);
  if (running) return running;
  const run = renewed(path, where, key).finally(() => asking.delete(key));
  asking.set(key, run);
  return run;
}

/** Shows something at once that the office will say too (a tap answers from the phone). */
export function foresee<P extends PathOf<'get'> & string>(
  path: P,
  where: Where,
  change: (value: Answer<P, 'get'>) => Answer<P, 'get'>,
): void {
  const shown = known.get(keyOf(path, where)) as Signal<Kept<Answer<P, 'get'>>> | undefined;
  if (shown?.peek().value) {
    shown.value = { ...shown.peek(), value: change(shown.peek().value as Answer<P, 'get'>) };
  }
}

/** The office answers again: what could not be asked is asked now, as far as it was shown. */
export function renewStale(): void {
  for (const [key, { value }] of known) if (value.state === 'stale') renewKey(key);
}

/** Asks again for everything that is on this phone under these paths and was shown. */
export function renewAll(starting: string): void {
  for (const key of known.keys()) {
    if (key.slice(key.indexOf(' ') + 1).startsWith(starting)) renewKey(key);
  }
}

/** Only whoever is signed in can ask for their own. */
function renewKey(key: string): void {
  const path = key.slice(key.indexOf(' ') + 1) as '/v1/me';
  if (keyOf(path, {}) === key) void renew(path);
}

/** Somebody leaves: what the office told them does not stay on a phone that may be shared. */
export async function forgetKept(whose: string): Promise<void> {
  for (const key of known.keys()) if (key.startsWith(`${whose} `)) known.delete(key);
  await wholly(await phone(), ['answers'], async ({ store }) => {
    for (const key of await store.index('owner').getAllKeys(whose)) await store.delete(key);
  });
}

function keyOf(path: string, where: Where, whose = owner.peek()): string {
  return `${whose} ${address(path, where)}`;
}

async function remembered(key: string, shown: Signal<Kept<unknown>>): Promise<void> {
  try {
    const stored = await (await phone()).get('answers', key);
    if (stored && shown.peek().value === null) {
      shown.value = { ...shown.peek(), value: stored.value, at: stored.at };
    }
  } catch {
    // A phone that cannot remember can still ask.
  }
}

async function renewed(path: string, where: Where, key: string): Promise<void> {
  const shown = () => known.get(key);
  try {
    const value = await ask('get', path as '/v1/me', where);
    const at = Date.now();
    const signalled = shown();
    if (signalled) signalled.value = { value, at, state: 'fresh', error: null };
    await keep(key, value, at).catch(() => undefined);
  } catch (error) {
    const signalled = shown();
    const ended = error instanceof Refused && NOT_THEIRS.has(error.problem.status);
    const left = ended ? { value: null, at: null } : signalled?.peek();
    if (signalled && left) signalled.value = { ...left, state: 'stale', error };
    if (ended)
      await phone().then(
        (db) => db.delete('answers', key),
        () => undefined,
      );
  }
}

async function keep(key: string, value: unknown, at: number): Promise<void> {
  const db = await phone();
  if (!known.has(key)) return; // forgotten meanwhile
  const transaction = db.transaction('answers', 'readwrite');
  await transaction.store.put({ key, owner: key.slice(0, key.indexOf(' ')), value, at });
  let excess = (await transaction.store.count()) - MOST_ANSWERS;
  let oldest = excess > 0 ? await transaction.store.index('at').openCursor() : null;
  while (oldest && excess > 0) {
    await oldest.delete();
    excess -= 1;
    oldest = await oldest.continue();
  }
  await transaction.done;
}

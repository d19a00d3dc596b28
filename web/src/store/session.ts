/**
 * Who is signed in on this phone: the access token in memory, the refresh token and the person in
 * IndexedDB, so that reporting works when the session has long run out.
 *
 * Invariants: the tokens and the person are of one sign-in, always; one tab renews at a time (Web
 * Lock), and what it brings counts only if the token that it used is still the one that is kept;
 * a refusal of that token is the only thing that makes it forgotten. A token goes with the work of
 * its own person alone, whoever has taken the phone over meanwhile.
 */
import { batch, computed, signal } from '@preact/signals';
import { openDB } from 'idb';
import { ask, Refused, Unreachable } from '../api/client';
import type { Keys } from '../api/client';
import type { Me, SignedIn, Tokens } from '../api/types';
import { lasting } from './database';
import { newId } from './ids';
import { inTurn } from './locks';
import { tabs } from './tabs';

const NAME = 'denyut-session';
const STORE = 'kept';
const REFRESH = '/v1/sessions/refresh';
const EARLY_MS = 30_000; // renew so long before the end, so that no request starts with a dead token

export type Standing = 'unknown' | 'signed_in' | 'lapsed' | 'nobody';

/** `lapsed`: we know who this is, and sending waits until they sign in again. */
export const standing = signal<Standing>('unknown');

/** The person of this phone, also offline; null when nobody ever signed in. */
export const me = signal<Me | null>(null);

/** Whether this person sees the screens of a supervisor. */
export const leads = computed(() => {
  const person = me.value;
  return Boolean(person && (person.headships.length || person.roles.length));
});

interface Access {
  token: string;
  owner: string;
  endsAt: number; // by this phone's clock, ms
}

const access: { now: Access | null } = { now: null };
const owners = new Map<string, string>(); // of the tokens that this tab has held
const renewing: { now: Promise<string | null> | null } = { now: null };
const changes = tabs<'changed'>(NAME);
const database = lasting((terminated) =>
  openDB(NAME, 1, { upgrade: (db) => void db.createObjectStore(STORE), terminated }),
);

/** Reads what this phone knows. Asks nobody, so it works offline. */
export async function rememberSession(): Promise<void> {
  const { person, refresh } = await stored();
  if (person?.employee.id !== me.peek()?.employee.id) access.now = null;
  is(person ?? null, !person ? 'nobody' : refresh ? 'signed_in' : 'lapsed');
}

/** Both as they are in the same instant, so that they are one person's. */
async function stored(): Promise<{ person?: Me; refresh?: string }> {
  const { store } = (await database()).transaction(STORE);
  const [person, refresh] = await Promise.all([store.get('me'), store.get('refresh')]);
  return { person: person as Me | undefined, refresh: refresh as string | undefined };
}

/** Learns of it when somebody signs in or out in another tab. Called once. */
export function followOtherTabs(): void {
  changes.onWord(() => {
    access.now = null;
    void rememberSession();
  });
}

function is(person: Me | null, how: Standing): void {
  batch(() => {
    me.value = person;
    standing.value = how;
  });
}

/** This phone's id, made once. */
export async function deviceId(): Promise<string> {
  const db = await database();
  const made = newId();
  const transaction = db.transaction(STORE, 'readwrite');
  const kept = (await transaction.store.get('device')) as string | undefined;
  if (!kept) await transaction.store.put(made, 'device');
  await transaction.done;
  return kept ?? made;
}

/** Signs in; throws what `ask` throws. */
export async function signIn(nip: string, password: string): Promise<void> {
  const body = { nip, password, device: await thisDevice() };
  await entered(await ask('post', '/v1/sessions', { body, open: true }));
}

/** The first password, against the code from HR; signs in too. */
export async function activate(nip: string, code: string, password: string): Promise<void> {
  const body = { nip, code, password, device: await thisDevice() };
  await entered(await ask('post', '/v1/activations', { body, open: true }));
}

/**
 * Ends the session here at once, and at the office if it can be reached. What was not sent stays.
 */
export async function signOut(): Promise<void> {
  const transaction = (await database()).transaction(STORE, 'readwrite');
  const refresh = (await transaction.store.get('refresh')) as string | undefined;
  await Promise.all([transaction.store.delete('refresh'), transaction.store.delete('me')]);
  await transaction.done;
  const token = inHand(me.peek()?.employee.id);
  access.now = null;
  is(null, 'nobody');
  changes.tell('changed');
  await endedAtOffice(token, refresh).catch(() => undefined);
}

async function endedAtOffice(token: string | null, refresh_token: string | undefined) {
  if (!refresh_token) return;
  const by =
    token ?? (await ask('post', REFRESH, { body: { refresh_token }, open: true })).access_token;
  await ask('delete', '/v1/sessions/current', { open: true, headers: bearer(by) });
}

/** Reads anew who I am and what I may. */
export async function refreshMe(): Promise<Me> {
  const person = await ask('get', '/v1/me');
  const transaction = (await database()).transaction(STORE, 'readwrite');
  const kept = (await transaction.store.get('me')) as Me | undefined;
  const same = kept?.employee.id === person.employee.id;
  if (same) await transaction.store.put(person, 'me');
  await transaction.done;
  if (same && me.peek()?.employee.id === person.employee.id) me.value = person;
  return person;
}

/** What the client takes its tokens from. */
export const sessionKeys: Keys = {
  async access(owner = me.peek()?.employee.id) {
    const held = access.now;
    return inHand(owner) ?? renewal(held && held.owner === owner ? held.token : null, owner);
  },
  async renewed(refused) {
    if (access.now?.token === refused) access.now = null;
    return renewal(refused, owners.get(refused));
  },
};

/** This phone as the office is told of it. */
export async function thisDevice() {
  const agent = navigator.userAgent;
  const platform = /Android/.test(agent) ? 'android' : /iPhone|iPad/.test(agent) ? 'ios' : 'web';
  return { id: await deviceId(), name: platform, platform };
}

/** This person's token, unless it is about to end. */
function inHand(owner: string | undefined): string | null {
  const held = access.now;
  return held && held.owner === owner && held.endsAt - EARLY_MS > Date.now() ? held.token : null;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Keeps a sign-in once it is known whose it is; until then the phone is whose it was. */
async function entered(answer: SignedIn): Promise<void> {
  const headers = bearer(answer.access_token);
  const mine = () => ask('get', '/v1/me', { open: true, headers });
  const person = await mine().catch(mine); // an activation cannot be asked for again
  const transaction = (await database()).transaction(STORE, 'readwrite');
  await Promise.all([
    transaction.store.put(answer.refresh_token, 'refresh'),
    transaction.store.put(person, 'me'),
    transaction.done,
  ]);
  hold(answer, person.employee.id);
  is(person, 'signed_in');
  changes.tell('changed');
}

function hold({ access_token: token, expires_in }: Tokens, owner: string): void {
  access.now = { token, owner, endsAt: Date.now() + expires_in * 1000 };
  owners.set(token, owner);
}

/** One renewal at a time in this tab, and over all tabs; null for whoever is not signed in. */
async function renewal(dead: string | null, owner: string | undefined): Promise<string | null> {
  renewing.now ??= inTurn('denyut-renewal', () => renew(dead)).finally(() => {
    renewing.now = null;
  });
  const token = await renewing.now;
  return token && owners.get(token) === owner ? token : null;
}

async function renew(dead: string | null): Promise<string | null> {
  if (access.now && access.now.token !== dead) return access.now.token;
  const { person, refresh: refresh_token } = await stored();
  const owner = person?.employee.id;
  const isMine = owner === me.peek()?.employee.id;
  if (!isMine || !refresh_token) await rememberSession(); // without a word it ended, or changed
  if (!owner || !refresh_token) return null;
  const tokens = await ask('post', REFRESH, { body: { refresh_token }, open: true }).catch(
    (error: unknown) => {
      if (error instanceof Refused && error.problem.status === 401) return null;
      throw error;
    },
  );
  if (!(await replaced(refresh_token, tokens?.refresh_token))) throw new Unreachable();
  if (tokens) hold(tokens, owner);
  else {
    access.now = null;
    changes.tell('changed');
  }
  if (owner === me.peek()?.employee.id) standing.value = tokens ? 'signed_in' : 'lapsed';
  return tokens?.access_token ?? null;
}

/** Puts a token (or none) in the place of the one that was used, if that is still the one kept. */
async function replaced(used: string, by: string | undefined): Promise<boolean> {
  const transaction = (await database()).transaction(STORE, 'readwrite');
  const { store } = transaction;
  const still = (await store.get('refresh')) === used;
  const change = still && (by ? store.put(by, 'refresh') : store.delete('refresh'));
  // A full phone goes on with the old one: the office takes it while its successor is unused.
  await Promise.all([change, transaction.done]).catch(() => undefined);
  return still;
}

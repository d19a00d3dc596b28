/**
 * Who is signed in on this phone: the access token in memory, the refresh token and the person in
 * IndexedDB, so that reporting works when the session has long run out.
 *
 * Invariant: one tab renews at a time (Web Lock), and a refusal of the refresh token is the only
 * thing that makes it forgotten; nothing else of this phone is touched by that.
 */
import { computed, signal } from '@preact/signals';
import { openDB } from 'idb';
import type { IDBPDatabase } from 'idb';
import { ask, Refused } from '../api/client';
import type { Keys } from '../api/client';
import type { Me, SignedIn, Tokens } from '../api/types';
import { newId } from './ids';

const NAME = 'denyut-session';
const STORE = 'kept';
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
  endsAt: number; // by this phone's clock, ms
}

const access: { now: Access | null } = { now: null };
let opened: Promise<IDBPDatabase> | undefined;

function database(): Promise<IDBPDatabase> {
  opened ??= openDB(NAME, 1, { upgrade: (db) => void db.createObjectStore(STORE) });
  return opened;
}

/** Reads what this phone knows. Asks nobody, so it works offline. */
export async function rememberSession(): Promise<void> {
  const db = await database();
  const [person, refresh] = await Promise.all([db.get(STORE, 'me'), db.get(STORE, 'refresh')]);
  me.value = (person as Me | undefined) ?? null;
  standing.value = refresh ? 'signed_in' : person ? 'lapsed' : 'nobody';
}

/** Learns of it when somebody signs in or out in another tab. Called once. */
export function followOtherTabs(): void {
  new BroadcastChannel(NAME).onmessage = () => {
    access.now = null;
    void rememberSession();
  };
}

function tellOtherTabs(): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage('changed');
  channel.close();
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

/** Ends the session here and, if it can be reached, at the office. What was not sent stays. */
export async function signOut(): Promise<void> {
  await ask('delete', '/v1/sessions/current').catch(() => undefined);
  const db = await database();
  const transaction = db.transaction(STORE, 'readwrite');
  await Promise.all([transaction.store.delete('refresh'), transaction.store.delete('me')]);
  await transaction.done;
  access.now = null;
  me.value = null;
  standing.value = 'nobody';
  tellOtherTabs();
}

/** Reads anew who I am and what I may. */
export async function refreshMe(): Promise<Me> {
  const person = await ask('get', '/v1/me');
  await (await database()).put(STORE, person, 'me');
  me.value = person;
  return person;
}

/** What the client takes its tokens from. */
export const sessionKeys: Keys = {
  async access() {
    const held = access.now;
    if (held && held.endsAt - EARLY_MS > Date.now()) return held.token;
    return renewal(held?.token ?? null);
  },
  async renewed(refused) {
    if (access.now && access.now.token !== refused) return access.now.token;
    access.now = null;
    return renewal(refused);
  },
};

/** This phone as the office is told of it. */
export async function thisDevice() {
  const agent = navigator.userAgent;
  const platform = /Android/.test(agent) ? 'android' : /iPhone|iPad/.test(agent) ? 'ios' : 'web';
  return { id: await deviceId(), name: platform, platform };
}

async function entered(answer: SignedIn): Promise<void> {
  await keep(answer);
  await refreshMe();
  standing.value = 'signed_in';
  tellOtherTabs();
}

async function keep(tokens: Tokens): Promise<void> {
  await (await database()).put(STORE, tokens.refresh_token, 'refresh');
  access.now = { token: tokens.access_token, endsAt: Date.now() + tokens.expires_in * 1000 };
}

/** One renewal at a time over all tabs; whoever waited takes the newest refresh token. */
async function renewal(dead: string | null): Promise<string | null> {
  return alone(async () => {
    if (access.now && access.now.token !== dead) return access.now.token;
    const refresh = (await (await database()).get(STORE, 'refresh')) as string | undefined;
    if (!refresh) return null;
    try {
      const body = { refresh_token: refresh };
      await keep(await ask('post', '/v1/sessions/refresh', { body, open: true }));
      standing.value = 'signed_in';
      return access.now ? (access.now as Access).token : null;
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.status !== 401) throw error;
      await (await database()).delete(STORE, 'refresh');
      access.now = null;
      standing.value = 'lapsed';
      return null;
    }
  });
}

/** Pages that came without TLS have no locks; there one tab is all that is promised. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request('denyut-renewal', work) : work();
}

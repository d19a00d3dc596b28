/**
 * The service worker: the app from this phone, notices, and sending when nobody looks.
 *
 * Invariants: the app is answered from one build's cache, never from two; nothing of the service
 * is ever cached here; a newer build waits until a person takes it over; the database of the
 * outbox is not touched by any of that. One notice is shown once for each tag.
 */
/// <reference lib="webworker" />
import { SERVED } from '../api/served';
import { sendWithoutPage } from './background';
import { screenOf } from './screens';
import type { PushData } from './screens';

/** Filled in by the build: a name of this build, what everybody needs, what supervisors need. */
declare const DENYUT_BUILD: string;
declare const DENYUT_FILES: string;
declare const DENYUT_LATER: string;

declare const self: ServiceWorkerGlobalScope;

const PREFIX = 'denyut-';
const CACHE = PREFIX + DENYUT_BUILD;
const FILES = DENYUT_FILES.split(' ');
const LATER = DENYUT_LATER.split(' ');
const FOR_LEADS = '/for-leads'; // a mark in the cache: this phone keeps the later files too
const PAGE = '/index.html';

interface Pushed {
  title?: string;
  body?: string;
  tag?: string;
  data?: PushData;
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (SERVED.test(address.pathname)) return;
  event.respondWith(answered(request, address));
});
self.addEventListener('message', (event) => {
  const word = event.data as { take?: string; keep?: string };
  if (word.take === 'over') void self.skipWaiting();
  if (word.take === 'alone') event.waitUntil(takeOverAlone());
  if (word.keep === 'lead') event.waitUntil(keepForLeads());
});
self.addEventListener('push', (event) => event.waitUntil(pushed(event.data)));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(opened((event.notification.data ?? {}) as PushData));
});
self.addEventListener('sync', (event) => {
  (event as ExtendableEvent).waitUntil(sendWithoutPage());
});

async function install(): Promise<void> {
  const hadLater = await caches.match(FOR_LEADS);
  await fill(FILES);
  if (hadLater) await keepForLeads();
}

/** The app has just been opened in its only tab: nobody is in the middle of anything. */
async function takeOverAlone(): Promise<void> {
  if ((await ourPages()).length <= 1) await self.skipWaiting();
}

async function keepForLeads(): Promise<void> {
  await fill(LATER);
  await (await caches.open(CACHE)).put(FOR_LEADS, new Response(''));
}

async function fill(paths: string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  const known = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  const wanted = paths.filter((path) => !known.has(path));
  const answers = await Promise.all(wanted.map(fetched));
  const wrong = wanted.find((path, place) => !isOurs(path, answers[place]!));
  if (wrong) throw new Error(wrong);
  await Promise.all(wanted.map((path, place) => cache.put(path, answers[place]!)));
}

/** Straight from the service; a file whose name says what is in it may be the page's own copy. */
async function fetched(path: string): Promise<Response> {
  const copy = path.startsWith('/assets/') && (await fetch(path));
  return copy && isOurs(path, copy) ? copy : fetch(path, { cache: 'reload' });
}

/** A portal between us and the office answers everything with its own page. */
function isOurs(path: string, { ok, redirected, headers }: Response): boolean {
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false;
  return ok && !redirected && isPage === (path === PAGE);
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

async function answered(request: Request, address: URL): Promise<Response> {
  const cache = await caches.open(CACHE).catch(() => undefined);
  const path = request.mode === 'navigate' ? PAGE : address.pathname;
  const kept = await cache?.match(path).catch(() => undefined);
  if (kept) return kept;
  const answer = await fetch(request);
  const isKept = FILES.includes(path) || LATER.includes(path);
  // A phone without room still gets what was fetched.
  if (isKept && isOurs(path, answer)) await cache?.put(path, answer.clone()).catch(() => undefined);
  return answer;
}

/** The open tabs of the app; a survey or a document of the service in a tab is none. */
async function ourPages(): Promise<WindowClient[]> {
  const all = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return all.filter((page) => !SERVED.test(new URL(page.url).pathname));
}

async function pushed(data: PushMessageData | null): Promise<void> {
  const said = read(data);
  await self.registration.showNotification(said.title ?? 'Denyut', {
    body: said.body ?? '',
    tag: said.tag ?? 'denyut',
    data: said.data ?? {},
    icon: '/icon-192.png',
    badge: '/icon-192.png',
  });
  await sendWithoutPage().catch(() => undefined); // the phone is awake and has signal
}

function read(data: PushMessageData | null): Pushed {
  try {
    return (data?.json() ?? {}) as Pushed;
  } catch {
    return {};
  }
}

async function opened(data: PushData): Promise<void> {
  const path = screenOf(data);
  const pages = await ourPages();
  const page = pages.find((each) => each.focused) ?? pages[0];
  if (!page) {
    await self.clients.openWindow(path);
    return;
  }
  page.postMessage({ open: path });
  await page.focus().catch(() => undefined);
}

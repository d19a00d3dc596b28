/**
 * Starts what works behind the screens, in this order: what the phone keeps, sending, the feed,
 * the service worker. Invariants: nothing here asks the network before the phone has been read; on
 * a first visit what is for later does not take the line from what the person waits for.
 */
import { effect } from '@preact/signals';
import { ask } from '../api/client';
import type { Me } from '../api/types';
import { changed, followFeed, ownCursor } from '../live/feed';
import { followOwner } from '../store/handover';
import { renewAll, renewStale } from '../store/kept';
import { followOutbox, showOutbox } from '../store/outbox';
import { rememberPractice } from '../store/practice';
import { leads, me, standing } from '../store/session';
import { answering, storage } from '../store/signals';
import type { Op } from '../store/signals';
import { followApp, keepForLeads } from '../sw/register';
import { keepSending, onReceived } from '../sync/sender';
import { speakAsTheyWish, tellLanguage } from './own_language';
import { query } from './router';

const LONGEST_WAIT_MS = 10_000; // without an office the phone gets ready all the same
const ANSWERS_MS = 500; // what the first screen asked for comes beside the socket

/** Starts everything, once, after the session has been remembered. */
export async function startPhone(): Promise<void> {
  rememberPractice();
  followOwner();
  followOutbox();
  await showOutbox();
  keepSending({ cursor: ownCursor, changed });
  onReceived((received) => {
    renewAll('/v1/me/targets');
    const has = (op: Op) => received.some(({ item }) => item.op === op);
    if (has('inbox.read')) renewAll('/v1/inbox');
    if (has('feedback.acknowledge')) renewAll('/v1/people/');
    for (const { item } of received) {
      if (item.op !== 'report.create' && item.reportId) renewAll(`/v1/reports/${item.reportId}`);
    }
  });
  // Photos go after the texts, and their code comes after the first screen.
  const quiet = lineIsFree();
  const photos = () => Promise.all([import('../evidence/photos'), import('../evidence/sending')]);
  void quiet.then(photos).then(
    ([{ followPhotos }, { keepSendingPhotos, sendPhotos }]) => {
      followPhotos();
      keepSendingPhotos();
      onReceived(sendPhotos);
    },
    () => undefined, // without signal and not kept yet: they wait for the next start
  );
  void quiet
    .then(() => import('../parts/kept_focus'))
    .then(
      ({ keepFocus }) => keepFocus(document.body),
      () => undefined,
    );
  followFeed();
  void quiet.then(followApp);
  effect(() => {
    if (me.value) void askToLast();
  });
  effect(() => {
    const person = me.value;
    const hears = standing.value === 'signed_in' && answering.value;
    if (person) void ownLanguage(person, hears);
  });
  effect(() => {
    if (answering.value) renewStale();
  });
  effect(() => {
    if (leads.value) void keepForLeads();
  });
  effect(() => {
    const notice = query.value.get('notice');
    if (notice && standing.value === 'signed_in') void opened(notice);
  });
}

/** At once when the app comes from this phone or nobody is signed in; else when the office is heard. */
function lineIsFree(): Promise<void> {
  const hasApp = navigator.serviceWorker?.controller;
  if (hasApp || standing.peek() !== 'signed_in') return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(resolve, LONGEST_WAIT_MS);
    const stop = effect(() => {
      if (!answering.value) return;
      clearTimeout(late);
      queueMicrotask(() => stop());
      setTimeout(resolve, ANSWERS_MS);
    });
  });
}

/** The office learns that a push led somebody here. */
async function opened(notice_id: string): Promise<void> {
  await ask('post', '/v1/inbox/{notice_id}/opened', { path: { notice_id } }).catch(() => undefined);
}

/** Speaks as this person wishes, and tells the office what they chose here. */
async function ownLanguage(person: Me, hears: boolean): Promise<void> {
  await speakAsTheyWish(person).catch(() => undefined); // its words are not on this phone yet
  if (hears) await tellLanguage();
}

/** Asks the browser never to clear what is not sent. */
async function askToLast(): Promise<void> {
  if (!navigator.storage?.persist) return;
  const lasts = (await navigator.storage.persisted()) || (await navigator.storage.persist());
  if (storage.peek() !== 'full') storage.value = lasts ? 'lasting' : 'may_be_cleared';
}

/**
 * Sends the photos that wait, one after another, after the texts. One tab does it for all.
 *
 * Invariants: what the office never takes is put aside with its reason; anything else waits for
 * the next occasion, and longer each time; an ended session stops it and throws nothing away.
 */
import { effect, signal } from '@preact/signals';
import { Refused } from '../api/client';
import { phone } from '../store/database';
import { inTurn } from '../store/locks';
import { me, standing } from '../store/session';
import { pauseMs } from '../sync/pauses';
import { dropPhoto, photos, photosToSend, refusePhoto } from './photos';
import type { Photo } from './photos';
import { upload } from './upload';

const LOCK = 'denyut-photos';
const LONGEST_PAUSE_MS = 10 * 60_000;

/** The photo that is on its way in this tab, and how much of it has arrived. */
export const onItsWay = signal<{ id: string; sentBytes: number } | null>(null);

const round = {
  running: false,
  again: false,
  failures: 0,
  late: undefined as ReturnType<typeof setTimeout> | undefined,
};

/** Sends from now on, whenever there is something and somebody signed in. */
export function keepSendingPhotos(): void {
  addEventListener('online', sendPhotos);
  effect(() => {
    const waits = photos.value.some((photo) => photo.state === 'waiting');
    if (waits && me.value && standing.value === 'signed_in') queueMicrotask(sendPhotos);
  });
}

/** Sends what may go now; comes back by itself after a failure. */
export function sendPhotos(): void {
  round.again = true;
  if (!round.running) void occasions();
}

async function occasions(): Promise<void> {
  round.running = true;
  clearTimeout(round.late);
  try {
    while (round.again) {
      round.again = false;
      await inTurn(LOCK, sendAll, LONGEST_PAUSE_MS);
    }
    round.failures = 0;
  } catch (error) {
    round.failures += 1;
    const told = error instanceof Refused ? error.retryAfterS : null;
    round.late = setTimeout(sendPhotos, pauseMs(round.failures, told, LONGEST_PAUSE_MS));
  } finally {
    onItsWay.value = null;
    round.running = false;
  }
}

async function sendAll(): Promise<void> {
  const owner = me.peek()?.employee.id;
  if (!owner) return;
  for (const photo of await photosToSend(await phone(), owner)) {
    if (me.peek()?.employee.id !== owner || standing.peek() !== 'signed_in') return;
    await sendOne(photo);
  }
}

async function sendOne(photo: Photo): Promise<void> {
  try {
    await upload(photo, (sentBytes) => {
      onItsWay.value = { id: photo.id, sentBytes };
    });
    await dropPhoto(photo.id);
  } catch (error) {
    if (!(error instanceof Refused) || !isForEver(error)) throw error;
    await refusePhoto(photo.id, error.problem);
  }
}

/** The same photo, or the same report, will never be taken. */
function isForEver({ problem }: Refused): boolean {
  return problem.retry === 'never' || problem.retry === 'after_change';
}

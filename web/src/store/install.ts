/**
 * Putting the app on the home screen. The browser offers it once; the offer is kept until the
 * person wants it, and nobody is asked again for two weeks after "later".
 */
import { computed, signal } from '@preact/signals';
import { officeNow } from '../api/clock';

/** What Chromium hands over instead of asking by itself; lib.dom does not know it yet. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** How this browser lets the app in: by asking, by hand (Safari on an iPhone), or not at all. */
export type Way = 'ask' | 'by_hand' | 'none';

const LATER = 'denyut.install_later';
const LATER_MS = 14 * 24 * 3_600_000;

const offer = signal<InstallOffer | null>(null);
const putOffUntil = signal(0);

export const installWay = computed<Way>(() => {
  if (offer.value) return 'ask';
  // Only Safari on iPhones and iPads says this, and only outside of the home screen is it false.
  const { standalone } = navigator as { standalone?: boolean };
  return standalone === false ? 'by_hand' : 'none';
});

/** Whether Today may speak of it. */
export const installSpokenOf = computed(
  () => installWay.value !== 'none' && putOffUntil.value < officeNow(),
);

/** Keeps the browser's offer from now on. Call it before the first screen, it comes early. */
export function keepInstallOffer(): void {
  putOffUntil.value = Number(localStorage.getItem(LATER) ?? 0);
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer.value = event as InstallOffer;
  });
  addEventListener('appinstalled', () => {
    offer.value = null;
  });
}

/** The browser asks; an offer is good for one question. */
export async function install(): Promise<void> {
  const kept = offer.value;
  offer.value = null;
  await kept?.prompt();
}

/** Not now: Today is silent about it for two weeks, More is not. */
export function installLater(): void {
  putOffUntil.value = officeNow() + LATER_MS;
  localStorage.setItem(LATER, String(putOffUntil.value));
}

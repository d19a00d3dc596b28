/**
 * The page's side of the service worker: a newer app is offered, never forced on somebody at work,
 * and taking it over loads every tab anew. Drafts and the outbox are in the database and stay as they are.
 */
import { newerApp } from '../store/signals';

const LOOK_AGAIN_MS = 3_600_000;

/** Registers the worker and looks for newer apps from now on. */
export async function followApp(): Promise<void> {
  const workers = navigator.serviceWorker;
  if (!workers || import.meta.env.DEV) return;
  let hadOne = Boolean(workers.controller);
  let loading = false;
  workers.addEventListener('controllerchange', () => {
    if (!hadOne)
      hadOne = true; // the first one takes over without a word
    else if (!loading) {
      loading = true;
      location.reload();
    }
  });
  workers.addEventListener('message', ({ data }: MessageEvent<{ open?: string }>) => {
    if (data.open) openScreen(data.open);
  });
  try {
    const registration = await workers.register('/sw.js', { updateViaCache: 'none' });
    if (registration.waiting) {
      offer(registration.waiting);
      registration.waiting.postMessage({ take: 'alone' });
    }
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => {
        if (worker.state === 'installed' && workers.controller) offer(worker);
      });
    });
    const look = () => void registration.update().catch(() => undefined);
    setInterval(look, LOOK_AGAIN_MS);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') look();
    });
  } catch {
    // Private windows and old browsers: the app works, only not without signal.
  }
}

/** A supervisor's screens are kept on this phone too. */
export async function keepForLeads(): Promise<void> {
  const registration = await navigator.serviceWorker?.ready;
  registration?.active?.postMessage({ keep: 'lead' });
}

function offer(worker: ServiceWorker): void {
  newerApp.value = () => worker.postMessage({ take: 'over' });
}

/** A tap on a notice while the app is open: the same tab goes there, without loading anew. */
function openScreen(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

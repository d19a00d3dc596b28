/**
 * What time it is at the office, for phones whose clock is wrong by days or years.
 *
 * Invariant: times that people mean ("now", "today") are the office's; times that say when this
 * phone did something stay the phone's own, and the office corrects them by `sent_at`.
 */
const KEY = 'denyut.clock';
const WORTH_MS = 60_000; // less is the way there and back, and whole seconds

const off: { ms: number | null } = { ms: null };

/** Now, by the office's clock as far as it is known; ms. */
export function officeNow(): number {
  off.ms ??= remembered();
  return Date.now() + off.ms;
}

/** Learns from an answer's `Date`; `askedAt` is when it was asked for, by this phone's clock. */
export function learnTime(said: string | null, askedAt: number, nowMs = Date.now()): void {
  const office = Date.parse(said ?? '');
  if (!Number.isFinite(office)) return;
  const difference = office - (askedAt + nowMs) / 2;
  const ms = Math.abs(difference) < WORTH_MS ? 0 : Math.round(difference);
  if (off.ms !== null && Math.abs(ms - off.ms) < WORTH_MS) return;
  off.ms = ms;
  if (typeof localStorage !== 'undefined') localStorage.setItem(KEY, String(ms));
}

function remembered(): number {
  const kept = typeof localStorage === 'undefined' ? 0 : Number(localStorage.getItem(KEY));
  return Number.isFinite(kept) ? kept : 0;
}

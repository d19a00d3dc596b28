/**
 * How long a phone waits before it tries again: full jitter, and never sooner than it was told.
 *
 * Thousands of phones lose the service in the same second; random pauses keep them from coming
 * back in the same second.
 */
const LEAST_MS = 500;
const MOST_MS = 60_000;
const MOST_DOUBLINGS = 16;

/** The longest pause before the next try after so many failures in a row (from 1). */
export function ceilingMs(failures: number, mostMs = MOST_MS): number {
  const doublings = Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS);
  return Math.min(mostMs, LEAST_MS * 2 ** doublings);
}

/** A random pause up to the ceiling, after what the service asked for. */
export function pauseMs(failures: number, toldS: number | null = null, mostMs = MOST_MS): number {
  return (toldS ?? 0) * 1000 + Math.random() * ceilingMs(failures, mostMs);
}

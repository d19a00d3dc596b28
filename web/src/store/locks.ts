/**
 * Turns over all tabs of this phone, as Web Locks.
 *
 * Invariant: nobody waits for ever. A phone that puts a tab to sleep leaves it its locks, so whoever
 * has waited longer than any request may take takes the turn away; what is done in a turn must
 * therefore bear to be done twice.
 */
const PATIENCE_MS = 45_000;

/** Works while no other tab is at the same. Without TLS there are no locks; there it just works. */
export async function inTurn<T>(
  name: string,
  work: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  if (!navigator.locks) return work();
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), patienceMs);
  const begin = () => {
    clearTimeout(late);
    return work();
  };
  try {
    return await navigator.locks.request(name, { signal: patience.signal }, begin);
  } catch (error) {
    if (!patience.signal.aborted) throw error;
    return navigator.locks.request(name, { steal: true }, work);
  }
}

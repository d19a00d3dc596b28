/** Where we are: the path as a signal over the History API, and matching it against patterns. */
import { computed, signal } from '@preact/signals';
import { SERVED } from '../api/served';

const here = signal('/');

/** The path without its query, such as `/people/0190…`. */
export const path = computed(() => here.value.split('?')[0] ?? '/');

/** What follows the question mark. */
export const query = computed(() => new URLSearchParams(here.value.split('?')[1] ?? ''));

/** Where whoever signs in is led: what they wanted, as a tap on a notice says. */
export const behindTheDoor = signal('/');

/** Follows the browser's back and forward, and clicks on links of ours. Called once. */
export function followAddress(): void {
  const read = () => (here.value = location.pathname + location.search);
  read();
  addEventListener('popstate', read);
  document.addEventListener('click', (event) => {
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey);
    const link = (event.target as Element | null)?.closest?.('a[href]') as HTMLAnchorElement | null;
    if (event.defaultPrevented || !plain || !link) return;
    const foreign = link.origin !== location.origin || link.target || link.hasAttribute('download');
    if (foreign || SERVED.test(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

/** Goes to a path of ours; `replace` leaves no step to come back to. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', to);
  else if (to !== here.value) history.pushState(null, '', to);
  here.value = to;
  scrollTo(0, 0);
}

/** One step back, or to `otherwise` when the app was opened right here. */
export function back(otherwise = '/'): void {
  if (history.length > 1) history.back();
  else go(otherwise, { replace: true });
}

/** The fills of a pattern such as `/people/:id`, or null when the path is another. */
export function matched(pattern: string, at: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = at.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return null;
  const fills: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const found = given[index] ?? '';
    if (part.startsWith(':')) {
      if (!found) return null;
      const fill = decoded(found);
      if (fill === null) return null;
      fills[part.slice(1)] = fill;
    } else if (part !== found) return null;
  }
  return fills;
}

/** A path that somebody cut short or mistyped is no screen, and no reason to fall over. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

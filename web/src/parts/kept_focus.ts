/**
 * Keyboard focus never falls off the page. When what had it is taken away, it goes to what came in
 * its place, else back to where it was before, else to the heading; what is switched off while it
 * works has it again afterwards. Nothing scrolls, and no field is entered by itself.
 */
import { focusOn } from './focus';

const MOST_STEPS = 16;

/** From now on, for everything that is drawn in `root`. Called once. */
export function keepFocus(root: HTMLElement): void {
  const trail: HTMLElement[] = []; // where focus was, newest last
  root.addEventListener('focusin', ({ target }) => {
    trail.push(target as HTMLElement);
    if (trail.length > MOST_STEPS) trail.shift();
  });
  new MutationObserver((records) => {
    const last = trail.at(-1);
    if (!last || document.activeElement !== document.body) return;
    const gone = records.find(({ removedNodes }) =>
      [...removedNodes].some((node) => node.contains(last)),
    );
    if (gone) focusOn(last.isConnected ? last : inPlaceOf(gone, records, trail));
    else if (records.some(({ type, target }) => type === 'attributes' && target === last)) {
      last.focus({ preventScroll: true }); // nothing happens while it is still switched off
    }
  }).observe(root, { childList: true, subtree: true, attributeFilter: ['disabled'] });
}

function inPlaceOf(
  gone: MutationRecord,
  records: readonly MutationRecord[],
  trail: readonly HTMLElement[],
): HTMLElement | null {
  const came = records
    .filter(({ target }) => target === gone.target)
    .flatMap(({ addedNodes }) => [...addedNodes])
    .find((node): node is HTMLElement => node instanceof HTMLElement && node.isConnected);
  if (came) return came.querySelector('h1') ?? came;
  const before = trail.findLast((each) => each.isConnected && gone.target.contains(each));
  return before ?? document.querySelector<HTMLElement>('dialog[open] h2, h1');
}

/** Moving keyboard focus, and with it whatever reads the page out. */

/** Gives it focus, also if it is nothing that one can use: a heading, a part of the page. */
export function focusOn(element: HTMLElement | null): void {
  if (!element) return;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

/**
 * Which rows of a long list are drawn: those in sight and a few around them; the rest is empty
 * space of the right height. Heights are measured as rows are drawn, and guessed before.
 */
export interface Span {
  from: number; // first row drawn
  to: number; // one behind the last
  before: number; // px of empty space above
  after: number; // px below
}

/**
 * The rows that a window `height` px high shows, `scrolled` px below the top of the list, with
 * `around` px more on both sides.
 */
export function spanOf(
  keys: readonly string[],
  heights: ReadonlyMap<string, number>,
  guess: number,
  scrolled: number,
  height: number,
  around: number,
): Span {
  const top = scrolled - around;
  const bottom = scrolled + height + around;
  let at = 0;
  let from = keys.length;
  let to = keys.length;
  let before = 0;
  let shownUntil = 0;
  for (const [index, key] of keys.entries()) {
    const own = heights.get(key) ?? guess;
    if (from === keys.length && at + own > top) {
      from = index;
      before = at;
    }
    if (from !== keys.length && to === keys.length && at >= bottom) {
      to = index;
      shownUntil = at;
    }
    at += own;
  }
  if (from === keys.length) return { from, to: from, before: at, after: 0 };
  return { from, to, before, after: to === keys.length ? 0 : at - shownUntil };
}

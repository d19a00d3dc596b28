/** Lists that come page by page. Pure. */

export interface Page<T> {
  items: readonly T[];
  next_cursor?: string | null;
}

/**
 * One part of a list with another behind it. What stands in both stands once, where it comes first:
 * a first page that has grown shows the newest of it, and what it has pushed out is not lost.
 */
export function joined<T>(
  first: readonly T[],
  behind: readonly T[],
  keyOf: (each: T) => string,
): readonly T[] {
  const there = new Set(first.map(keyOf));
  return [...first, ...behind.filter((each) => !there.has(keyOf(each)))];
}

/** Lists that come page by page. Pure. */

/**
 * The first page, as it is now, with the older ones behind it. Whatever moved from one page to
 * the next since they were fetched stands once, where it is newest.
 */
export function joined<T extends { id: string }>(first: readonly T[], older: readonly T[]): T[] {
  const there = new Set(first.map((each) => each.id));
  return [...first, ...older.filter((each) => !there.has(each.id))];
}

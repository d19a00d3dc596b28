/** Months as the service names them: 2026-11. Pure. */

/** The month of a calendar day (YYYY-MM-DD). */
export function monthAround(day: string): string {
  return day.slice(0, 7);
}

/** The month so many months later; earlier when `by` is negative. */
export function stepped(month: string, by: number): string {
  const [year = 0, nth = 1] = month.split('-').map(Number);
  const at = new Date(Date.UTC(year, nth - 1 + by, 1));
  return at.toISOString().slice(0, 7);
}

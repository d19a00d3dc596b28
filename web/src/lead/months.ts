/** Months of the calendar as `2026-11`. Pure. */

/** The month of a day (`2026-11-24`), or so many months before it. */
export function monthOf(day: string, before = 0): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const at = year * 12 + month - 1 - before;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

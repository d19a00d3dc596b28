/** What a chart of a target's course shows, and the same in words and as a table. Pure. */
import type { Shape } from '../api/types';

export type CourseDay = Shape<'CourseDay'>;

/** The columns of the chart: places of days, what was done, what pace asked for. */
export interface Columns {
  places: number[];
  done: (number | null)[];
  expected: (number | null)[];
}

export function columnsOf(days: readonly CourseDay[]): Columns {
  return {
    places: days.map((_, place) => place),
    done: days.map((day) => day.done ?? null),
    expected: days.map((day) => day.expected ?? null),
  };
}

/** The last day that has begun; null before the first. */
export function lastKnown(days: readonly CourseDay[]): CourseDay | null {
  return days.findLast((day) => day.done != null) ?? null;
}

/** The day since which less is done than pace asks for; null when it is not so now. */
export function behindSince(days: readonly CourseDay[]): CourseDay | null {
  let since: CourseDay | null = null;
  for (const day of days) {
    if (day.done == null || day.expected == null) continue;
    if (day.done >= day.expected) since = null;
    else since ??= day;
  }
  return since;
}

/** At most so many of the days that have begun, the last one among them, evenly spaced. */
export function sampled(days: readonly CourseDay[], most: number): CourseDay[] {
  const known = days.filter((day) => day.done != null);
  const step = Math.max(1, Math.ceil(known.length / most));
  return known.filter((_, place) => (known.length - 1 - place) % step === 0);
}

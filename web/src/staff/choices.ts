/** Which notices somebody wants, among choices that they made elsewhere. Pure. */
import type { Shape } from '../api/types';

export type Preference = Shape<'NoticePreference'>;

const EVERY = '*';

/** Whether a kind is wanted: its own choice wins over the one for every kind; else it is. */
export function wanted(preferences: readonly Preference[], kind: string): boolean {
  const anywhere = preferences.filter((each) => (each.channel ?? EVERY) === EVERY);
  const own = anywhere.find((each) => each.kind === kind);
  const every = anywhere.find((each) => (each.kind ?? EVERY) === EVERY);
  return (own ?? every)?.enabled ?? true;
}

/** The choices with this one made anew; all others stay. */
export function chosen(
  preferences: readonly Preference[],
  kind: string,
  enabled: boolean,
): Preference[] {
  const others = preferences.filter(
    (each) => each.kind !== kind || (each.channel ?? EVERY) !== EVERY,
  );
  return [...others, { kind, channel: EVERY, enabled }];
}

/** 18:05 as minutes of the day, as a form field has it; null: no time. */
export function minuteOf(wall: string): number | null {
  const [hours, minutes] = wall.split(':').map(Number);
  if (hours === undefined || minutes === undefined) return null;
  const minute = hours * 60 + minutes;
  return Number.isInteger(minute) && minute >= 0 && minute < 1440 ? minute : null;
}

/** The other way round. */
export function wallOf(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

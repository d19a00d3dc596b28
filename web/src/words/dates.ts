/** Days and times as a person reads them, always in the zone of their unit, never the phone's. */
import { signal } from '@preact/signals';
import { language } from './words';

/** The zone of the person's unit (`Me.zone`), such as Asia/Makassar. */
export const zone = signal('Asia/Jakarta');

type Instant = string | number | Date;

const today: { now: () => number } = { now: Date.now };

/** Says once, at the start, whose now decides what is "today": the office's, not the phone's. */
export function useClock(now: () => number): void {
  today.now = now;
}

/** Making a format costs a cheap phone more than a hundred uses of it, so each is made once. */
const made = new Map<string, Intl.DateTimeFormat>();

function formatted(
  at: Instant,
  options: Intl.DateTimeFormatOptions,
  locale = language.value === 'en' ? 'en-GB' : 'id-ID', // the day comes before the month
): string {
  const key = JSON.stringify([locale, zone.value, options]);
  let format = made.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { timeZone: zone.value, ...options });
    made.set(key, format);
  }
  return format.format(new Date(at));
}

/** The time of day: 14.05 in Indonesian, 14:05 in English. */
export function clock(at: Instant): string {
  return formatted(at, { hour: '2-digit', minute: '2-digit', hour12: false });
}

/** A day with its weekday: Selasa, 24 November. */
export function day(at: Instant): string {
  return formatted(at, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** A short day: 24 Nov. */
export function shortDay(at: Instant): string {
  return formatted(at, { day: 'numeric', month: 'short' });
}

/** A month and its year: November 2026. */
export function month(at: Instant): string {
  return formatted(at, { month: 'long', year: 'numeric' });
}

/** The calendar day there, as YYYY-MM-DD: for comparing and for the wire. */
export function calendarDay(at: Instant): string {
  const options = { day: '2-digit', month: '2-digit', year: 'numeric' } as const;
  return formatted(at, options, 'en-GB').split('/').reverse().join('-');
}

/**
 * The time alone when it is today, otherwise the day with it. What this phone did by its own clock
 * is told with the phone's own now.
 */
export function moment(at: Instant, now: Instant = today.now()): string {
  return calendarDay(at) === calendarDay(now) ? clock(at) : `${shortDay(at)} ${clock(at)}`;
}

/** The hour of the day there, 0 to 23. */
export function hour(at: Instant): number {
  return Number(formatted(at, { hour: '2-digit', hourCycle: 'h23' }, 'en-GB'));
}

/** What a decision needs before it can be sent. A person gives it; nothing is filled in. Pure. */
import type { Shape } from '../api/types';

export type Rating = Shape<'ShownValue'>['rating'];
export type Value = Shape<'ShownValue'>['value'];

export const RATINGS: readonly Rating[] = ['below', 'meets', 'above'];
export const VALUES: readonly Value[] = [
  'service_orientation',
  'accountable',
  'competent',
  'harmonious',
  'loyal',
  'adaptive',
  'collaborative',
];

export type Shown = Partial<Record<Value, { rating: Rating | null; example: string }>>;

/** A rating that is not the suggested one, or where none could be, asks for a reason. */
export function asksReason(result: Rating | null, suggested: Rating | null): boolean {
  return result !== null && result !== suggested;
}

/** Nobody is judged for a time that has not passed. */
export function over(part: { part_end: string }, now: number): boolean {
  return Date.parse(part.part_end) <= now;
}

/** Results rated, and all seven values with a rating and an example. */
export function complete(result: Rating | null, shown: Shown): boolean {
  return (
    result !== null && VALUES.every((value) => shown[value]?.rating && shown[value]?.example.trim())
  );
}

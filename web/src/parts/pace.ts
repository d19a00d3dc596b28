/** What a target says about itself: the order of urgency and numbers with a meaning. Pure. */
import type { IconName } from './icon';
import type { Tone } from './card';
import type { Shape } from '../api/types';
import { number, t } from '../words/words';
import type { Fills, Key } from '../words/words';

export type Target = Shape<'TargetView'>;

const URGENCY = ['slipped', 'at_risk', 'on_track', 'achieved', 'lapsed'];

interface Look {
  word: Key;
  icon: IconName;
  tone: Tone;
}

const LOOKS: Record<string, Look> = {
  slipped: { word: 'pace.slipped', icon: 'down', tone: 'wrong' },
  at_risk: { word: 'pace.at_risk', icon: 'warning', tone: 'care' },
  on_track: { word: 'pace.on_track', icon: 'sent', tone: 'good' },
  achieved: { word: 'pace.achieved', icon: 'received', tone: 'good' },
  lapsed: { word: 'pace.lapsed', icon: 'history', tone: 'calm' },
};

/** Word, icon and colour of a state; one that this app does not know is shown as calm. */
export function lookOf(state: string): Look {
  return LOOKS[state] ?? { word: 'pace.other', icon: 'info', tone: 'calm' };
}

/**
 * How a target stands. A measured value says nothing before there are enough measurements, and one
 * that the public's survey measures is judged by it: "on pace" would be a guess.
 */
export function stands({ pace, ...target }: Target): Look & { fills: Fills } {
  const least = target.minimum_observations ?? 0;
  const fills = { done: pace.observations, least };
  const measured = target.aspect === 'quality' || target.aspect === 'time';
  if (!measured || pace.state !== 'on_track') return { ...lookOf(pace.state), fills };
  if (target.service_id) return { ...lookOf(''), word: 'pace.surveyed', fills };
  const few = pace.observations < least;
  return { ...lookOf(few ? '' : pace.state), ...(few && { word: 'pace.few' }), fills };
}

/** The most urgent first; among equals the one that slips soonest. */
export function worstFirst(targets: readonly Target[]): Target[] {
  const rank = (target: Target) => {
    const at = URGENCY.indexOf(target.pace.state);
    return at < 0 ? URGENCY.length : at;
  };
  const slips = (target: Target) => target.pace.slips_at ?? '9999';
  return [...targets].sort(
    (one, other) => rank(one) - rank(other) || slips(one).localeCompare(slips(other)),
  );
}

/** Whether reports add up towards it, so that a bar and a rest mean something. */
export function adds(target: Target): boolean {
  const measured = target.aspect === 'quality' || target.aspect === 'time';
  return !measured && target.direction !== 'lower';
}

/** How much there is: "63 dari 96 jam pelajaran", or a mean with its goal. */
export function amount(target: Target): string {
  const { quantity: goal, unit_of_measure: unit, measured, pace } = target;
  if (adds(target)) return t('pace.of', { done: pace.done ?? 0, goal, unit });
  if (target.direction === 'range') {
    const fills = { low: target.low ?? 0, high: target.high ?? 0, unit };
    const value = measured ?? pace.done;
    return value == null
      ? t('pace.range_unmeasured', fills)
      : t('pace.range', { ...fills, value: number(value) });
  }
  const lower = target.direction === 'lower';
  const sums = target.aspect === 'quantity' || target.aspect === 'cost';
  const value = sums ? pace.done : measured;
  if (value == null) return t(lower ? 'pace.at_most' : 'pace.at_least', { goal, unit });
  return t(lower ? 'pace.measured_at_most' : 'pace.measured_at_least', {
    value: sums ? value : apart(value, goal),
    goal,
    unit,
  });
}

/** A mean as short as it goes without looking like its limit: 1.04 of at most 1 is not "1". */
function apart(value: number, limit: number): string {
  const digits = [1, 2, 3].find(
    (each) => value === limit || number(value, each) !== number(limit, each),
  );
  return number(value, digits ?? 3);
}

/** What it takes now, said as help; empty when there is nothing to say. */
export function rest(target: Target): string {
  const { pace, unit_of_measure: unit } = target;
  if (pace.state === 'achieved') return t('pace.reached');
  if (pace.state === 'lapsed') return '';
  if (!adds(target)) {
    return pace.state === 'slipped' ? t('pace.measured_behind') : '';
  }
  const missing = Math.ceil((pace.expected ?? 0) - (pace.done ?? 0));
  if (missing > 0) return t('pace.needs', { n: missing, unit });
  const daily = pace.needed_per_working_day;
  if (!daily || pace.working_days_left <= 0) return '';
  return t('pace.daily', { daily: number(daily), unit, n: pace.working_days_left });
}

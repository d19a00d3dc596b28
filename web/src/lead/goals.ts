/** What an agreement asks for: each goal once, with the periods in which it is asked for. Pure. */
import type { Shape } from '../api/types';
import { shortDay } from '../words/dates';
import { number, t } from '../words/words';

type Target = Pick<
  Shape<'TargetView'>,
  | 'indicator'
  | 'unit_of_measure'
  | 'direction'
  | 'quantity'
  | 'low'
  | 'high'
  | 'period_start'
  | 'period_end'
>;

export interface GoalLine {
  key: string;
  text: string;
}

/** One line for each goal, in the order of their first periods. */
export function goalsOf(targets: readonly Target[]): GoalLine[] {
  const alike = new Map<string, Target[]>();
  for (const target of [...targets].sort(byStart)) {
    const key = `${target.indicator} · ${asked(target)}`;
    alike.set(key, [...(alike.get(key) ?? []), target]);
  }
  return [...alike].map(([key, some]) => ({ key, text: `${key} · ${when(some)}` }));
}

function asked(target: Target): string {
  const { direction, quantity, low, high, unit_of_measure: unit } = target;
  if (direction === 'range') return `${number(low ?? 0)}–${number(high ?? 0)} ${unit}`;
  const goal = `${number(quantity)} ${unit}`;
  return direction === 'lower' ? `${t('lead.goal_high')} ${goal}` : goal;
}

function when(targets: readonly Target[]): string {
  const ends = Math.max(...targets.map((each) => Date.parse(each.period_end)));
  const from = shortDay(targets[0]?.period_start ?? ends);
  const fills = { n: targets.length, from, to: shortDay(ends - 1) };
  return t('lead.goal_periods', fills);
}

const byStart = (one: Target, other: Target) =>
  one.period_start < other.period_start ? -1 : Number(one.period_start > other.period_start);

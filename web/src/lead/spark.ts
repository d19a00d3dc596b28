/**
 * The line of a target's pace as points of a small picture: from nothing at the start of its
 * period to what is done now, on to where that leads; beside it the line that was expected.
 */
import type { Shape } from '../api/types';

export type Point = readonly [x: number, y: number];
export interface Lines {
  done: Point[]; // what happened
  ahead: Point[]; // where it leads; empty when nobody knows
  expected: Point[]; // what pace asks for
}

type Target = Pick<
  Shape<'TargetView'>,
  'aspect' | 'direction' | 'quantity' | 'period_start' | 'period_end' | 'pace'
>;

/** Points within `width` × `height`, y downwards; null where pace is no line towards a sum. */
export function linesOf(target: Target, now: number, width: number, height: number): Lines | null {
  const { pace } = target;
  if (target.direction !== 'higher' || pace.expected == null) return null;
  const start = Date.parse(target.period_start);
  const end = Date.parse(target.period_end);
  const done = pace.done ?? pace.approved + pace.pending;
  const highest = Math.max(target.quantity, done, pace.forecast ?? 0, pace.expected, 1e-9);
  const x = (at: number) => round(((clamp(at, start, end) - start) / (end - start || 1)) * width);
  const y = (value: number) => round(height - (value / highest) * height);
  const here: Point = [x(now), y(done)];
  return {
    done: [[0, y(0)], here],
    ahead: pace.forecast == null || now >= end ? [] : [here, [width, y(pace.forecast)]],
    expected: [
      [0, y(0)],
      [x(now), y(pace.expected)],
      [width, y(target.quantity)],
    ],
  };
}

/** The same points as an SVG polyline takes them. */
export function points(line: readonly Point[]): string {
  return line.map(([x, y]) => `${x},${y}`).join(' ');
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
const round = (value: number) => Math.round(value * 10) / 10;

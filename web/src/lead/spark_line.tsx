/** A small picture of pace: done so far, where that leads, and beside it what was expected. */
import type { Shape } from '../api/types';
import { t } from '../words/words';
import { linesOf, points } from './spark';

const WIDTH = 96;
const HEIGHT = 28;

interface SparkProps {
  target: Shape<'TargetView'>;
  /** Times as large, with the same shape. */
  scale?: number;
}

export function Spark({ target, scale = 1 }: SparkProps) {
  const lines = linesOf(target, Date.now(), WIDTH, HEIGHT);
  if (!lines) return null;
  const { pace, quantity: goal, unit_of_measure: unit } = target;
  const reading = t(pace.forecast == null ? 'lead.spark_plain' : 'lead.spark', {
    done: pace.done ?? 0,
    expected: Math.round(pace.expected ?? 0),
    forecast: Math.round(pace.forecast ?? 0),
    goal,
    unit,
  });
  return (
    <svg
      class="spark"
      width={WIDTH * scale}
      height={(HEIGHT + 6) * scale}
      viewBox={`-2 -3 ${WIDTH + 4} ${HEIGHT + 6}`}
      role="img"
      aria-label={reading}
    >
      <polyline class="expected" points={points(lines.expected)} />
      <polyline class="ahead" points={points(lines.ahead)} />
      <polyline class="done" points={points(lines.done)} />
      <circle class="here" cx={lines.done[1]?.[0]} cy={lines.done[1]?.[1]} r="3" />
    </svg>
  );
}

/**
 * The chart of a target's course, drawn by uPlot in the colours of the theme. Loaded when somebody
 * asks for it; what it says stands beside it in words and as a table.
 */
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { shortDay } from '../words/dates';
import { number } from '../words/words';
import { columnsOf } from './course';
import type { CourseDay } from './course';

const HEIGHT_PX = 220;
const TICK_PX = 64; // between two dates at the least
const AXIS_SHARE = 0.8; // of the text's size

interface CourseChartProps {
  days: readonly CourseDay[];
  reading: string;
  /** The day that somebody points at; null: none. */
  onDay: (day: CourseDay | null) => void;
}

export default function CourseChart({ days, reading, onDay }: CourseChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    let chart: UPlot | null = null;
    const draw = () => {
      chart?.destroy();
      chart = drawn(box, days, onDay);
    };
    const size = new ResizeObserver(() => {
      chart?.setSize({ width: box.clientWidth, height: HEIGHT_PX });
    });
    const theme = new MutationObserver(draw);
    draw();
    size.observe(box);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      size.disconnect();
      theme.disconnect();
      chart?.destroy();
    };
  }, [days]);
  return <div class="course" ref={place} role="img" aria-label={reading} />;
}

function drawn(
  box: HTMLElement,
  days: readonly CourseDay[],
  onDay: (day: CourseDay | null) => void,
): UPlot {
  const { places, done, expected } = columnsOf(days);
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = `${Number.parseFloat(style.fontSize) * AXIS_SHARE}px ${style.fontFamily}`;
  const axis = {
    stroke: colour('--ink-soft'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const options: UPlot.Options = {
    width: box.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 8 } },
    scales: { x: { time: false }, y: { range: (_, __, high) => [0, Math.max(high, 1) * 1.05] } },
    axes: [
      {
        ...axis,
        size: 32,
        space: TICK_PX,
        incrs: [1, 2, 7, 14, 31, 92],
        values: (_, at) => at.map((each) => nameOf(days[each])),
      },
      { ...axis, size: 52, values: (_, at) => at.map((each) => number(each)) },
    ],
    series: [
      {},
      {
        stroke: colour('--pulse'),
        fill: colour('--pulse-wash'),
        width: 2.5,
        points: { show: false },
      },
      { stroke: colour('--ink-soft'), width: 2, dash: [2, 5], points: { show: false } },
    ],
    hooks: {
      setCursor: [({ cursor }) => onDay(cursor.idx == null ? null : (days[cursor.idx] ?? null))],
    },
  };
  return new UPlot(options, [places, done, expected], box);
}

const nameOf = (day: CourseDay | undefined): string => (day ? shortDay(day.day) : '');

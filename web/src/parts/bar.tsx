/** How much is done, as a thin bar, with a small mark where today should be. */
import { number, t } from '../words/words';

interface BarProps {
  done: number;
  goal: number;
  /** What should be done by now; no mark without it. */
  expected?: number | null;
  unit: string;
  /** Whether pace asks for care; the words beside the bar say so too. */
  behind?: boolean;
}

export function Bar({ done, goal, expected, unit, behind = false }: BarProps) {
  const reading =
    expected == null
      ? t('bar.reading_plain', { done, goal, unit })
      : t('bar.reading', { done, goal, unit, expected: number(expected) });
  return (
    <div class={behind ? 'bar behind' : 'bar'} role="img" aria-label={reading}>
      <div class="done" style={{ width: share(done, goal) }} />
      {expected != null && <div class="now" style={{ insetInlineStart: share(expected, goal) }} />}
    </div>
  );
}

/** A part of the whole as a length, never outside of the bar. */
export function share(part: number, whole: number): string {
  const ratio = whole > 0 ? part / whole : 0;
  return `${Math.round(Math.min(1, Math.max(0, ratio)) * 1000) / 10}%`;
}

/** Which targets a report may go toward: those whose period holds the activity. Pure. */
import type { Target } from '../parts/pace';

type Given = Pick<Target, 'stage' | 'period_start' | 'period_end'>;

const OVER: ReadonlySet<string> = new Set(['closed', 'rolled_over']); // they take nothing any more

/** Those that still take reports, whatever was reached already; others may have ended just now. */
export function open<T extends Given>(targets: readonly T[]): T[] {
  return targets.filter((target) => !OVER.has(target.stage ?? 'running'));
}

/** Those whose period holds this instant (ms): what was done last month counts there. */
export function during<T extends Given>(targets: readonly T[], at: number): T[] {
  return targets.filter(
    ({ period_start, period_end }) => Date.parse(period_start) <= at && at < Date.parse(period_end),
  );
}

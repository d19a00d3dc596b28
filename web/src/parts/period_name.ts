/** The period of an appraisal as people say it. Pure. */
import type { Shape } from '../api/types';
import { month, shortDay } from '../words/dates';
import { t } from '../words/words';

type Appraisal = Shape<'AppraisalView'>;
type Period = Pick<Appraisal, 'kind' | 'period' | 'period_start'>;
type Part = Period & Pick<Appraisal, 'period_end' | 'part_start' | 'part_end'>;

/** "Triwulan 4, 2026" from `2026-Q4`, "November 2026" from `2026-11`, a year as it is. */
export function periodName({ kind, period, period_start }: Period): string {
  const [year = period, part = ''] = period.split('-');
  if (kind === 'month') return month(period_start);
  if (kind === 'year') return t('period.year', { year });
  return t('period.quarter', { quarter: part.replace('Q', ''), year });
}

/** The same, with its days where a transfer left only a part of it to this unit. */
export function partName(appraisal: Part): string {
  const { period_start, period_end, part_start, part_end } = appraisal;
  const whole =
    Date.parse(period_start) === Date.parse(part_start) &&
    Date.parse(period_end) === Date.parse(part_end);
  const name = periodName(appraisal);
  const last = Date.parse(part_end) - 1;
  return whole ? name : `${name} (${shortDay(part_start)} – ${shortDay(last)})`;
}

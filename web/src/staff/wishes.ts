/** What a proposal asks for, and what a change made of a target, in words. Pure. */
import type { Shape } from '../api/types';
import type { Target } from '../parts/pace';
import { shortDay } from '../words/dates';
import { number, t } from '../words/words';

export type Proposal = Shape<'ProposalView'>;
type Terms = Pick<Proposal['body'], 'quantity' | 'low' | 'high'>;
type Change = Pick<Shape<'TargetHistory'>, 'before' | 'after'>;

/** "Dari 8 menjadi 6 kunjungan"; of a new target, what it is and when. */
export function wishOf({ kind, body }: Proposal, target?: Target): string {
  const unit = body.unit_of_measure ?? target?.unit_of_measure ?? '';
  if (kind === 'new') return t('proposal.new', { n: body.quantity ?? 0, unit, ...days(body) });
  const { quantity: to } = body;
  if (to != null) {
    return target && target.quantity !== to
      ? t('proposal.from_to', { from: target.quantity, to, unit })
      : t('proposal.to', { to, unit });
  }
  return limits(body, unit) ?? t('proposal.else');
}

/** What a change was, when it is one that means something to whoever reads it. */
export function changeSaid({ before, after }: Change, unit: string): string {
  const [from, to] = [before.quantity, after.quantity];
  if (typeof from === 'number' && typeof to === 'number') {
    return t('proposal.from_to', { from, to, unit });
  }
  return limits(after as Terms, unit) ?? t('proposal.else');
}

function limits({ low, high }: Terms, unit: string): string | null {
  if (low == null && high == null) return null;
  const said = (value: number | null | undefined) => (value == null ? '…' : number(value));
  return t('proposal.range', { low: said(low), high: said(high), unit });
}

/** The first and the last day of a period whose end is not included. */
function days({ period_start: start, period_end: end }: Proposal['body']) {
  return {
    from: start ? shortDay(start) : '',
    to: end ? shortDay(Date.parse(end) - 1) : '',
  };
}

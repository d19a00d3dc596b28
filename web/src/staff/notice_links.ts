/** Where a notice leads: the screen on which one can do something about it. Pure. */
import type { Shape } from '../api/types';

type Notice = Pick<Shape<'NoticeView'>, 'kind' | 'report_id' | 'target_id' | 'employee_id'>;

const PLACES: Record<string, string> = {
  slip: '/today',
  at_risk: '/today',
  recovery: '/today',
  withdrawn: '/today',
  achieved: '/today',
  late_reports: '/outbox',
  nudge: '/report',
  appraisal_opened: '/appraisals',
  appraisal_decided: '/appraisals',
  appraisal_reopened: '/appraisals',
  objection_decided: '/appraisals',
  feedback_answered: '/feedback',
  proposal_decided: '/agreement',
  agreement_agreed: '/agreement',
  agreement_returned: '/agreement',
  agreement_changed: '/agreement',
  export_ready: '/month',
  export_failed: '/month',
  announcement: '/lessons',
  training_invited: '/lessons',
  help_offered: '/first-week',
  // What somebody who decides is told; screens of theirs that staff never see.
  feedback_asked: '/waiting',
  target_proposed: '/waiting',
  agreement_proposed: '/waiting',
  objection_made: '/lead/appraisals',
  staff_appraisal_due: '/lead/appraisals',
  low_verdict: '/verdicts',
};

/** A path of the app, or null when there is nothing more to see than the notice itself. */
export function placeOf(notice: Notice): string | null {
  if (notice.report_id) return `/reports/${notice.report_id}`;
  const place = PLACES[notice.kind];
  if (place === '/today' && notice.target_id) return `/targets/${notice.target_id}`;
  const aboutSomebody = notice.kind.startsWith('staff_') || notice.kind === 'help_answered';
  return place ?? (aboutSomebody && notice.employee_id ? `/people/${notice.employee_id}` : null);
}

/** Slips ask for more than reading: to say that one knows. */
export function asksToKnow(kind: string): boolean {
  return kind === 'slip' || kind === 'staff_slip' || kind.startsWith('staff_unanswered');
}

/** Which screen a tap on a notice opens. A screen of a newer service opens the inbox, which has all. */

/** What a push carries besides its words. */
export interface PushData {
  kind?: string;
  screen?: string;
  notice_id?: string;
  target_id?: string;
}

const PATHS: Record<string, string> = {
  agreement: '/agreement',
  announcements: '/lessons',
  appraisal: '/appraisals',
  exports: '/month',
  feedback: '/feedback',
  help: '/first-week',
  inbox: '/inbox',
  proposals: '/agreement',
  report: '/report',
  staff_target: '/board',
  target: '/today',
  trainings: '/lessons',
  verdicts: '/verdicts',
};

/** Kinds that a supervisor gets of a screen that is otherwise their staff's. */
const OF_LEADS: Record<string, string> = {
  agreement_proposed: '/waiting',
  feedback_asked: '/waiting',
  help_answered: '/inbox',
  objection_made: '/lead/appraisals',
  staff_appraisal_due: '/lead/appraisals',
  target_proposed: '/waiting',
};

/** The path of the screen; it names the notice, so that the office learns that it was opened. */
export function screenOf(data: PushData): string {
  const own = data.screen === 'target' && data.target_id; // one target of mine has its own screen
  const path = own
    ? `/targets/${data.target_id}`
    : (OF_LEADS[data.kind ?? ''] ?? PATHS[data.screen ?? ''] ?? '/inbox');
  const query = new URLSearchParams();
  if (data.target_id && !own) query.set('target', data.target_id);
  if (data.notice_id) query.set('notice', data.notice_id);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

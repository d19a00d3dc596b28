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
  appraisal: '/month',
  feedback: '/feedback',
  inbox: '/inbox',
  report: '/report',
  staff_target: '/alerts',
  target: '/today',
  verdicts: '/verdicts',
};

/** The path of the screen; it names the notice, so that the office learns that it was opened. */
export function screenOf(data: PushData): string {
  const path = PATHS[data.screen ?? ''] ?? '/inbox';
  const query = new URLSearchParams();
  if (data.target_id) query.set('target', data.target_id);
  if (data.notice_id) query.set('notice', data.notice_id);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

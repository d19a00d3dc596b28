/**
 * One conversation with a person: what they reported and what was said to them, in one line of
 * time. A word on a report that is shown stands within it. Pure.
 */
import type { Shape } from '../api/types';

type Report = Shape<'ReportView'>;
type Said = Shape<'FeedbackView'>;

export type Turn =
  | { key: string; at: string; kind: 'report'; report: Report; said: Said[] }
  | { key: string; at: string; kind: 'word'; said: Said };

/** Newest first. */
export function conversationOf(reports: readonly Report[], said: readonly Said[]): Turn[] {
  const within = new Map<string, Said[]>(reports.map((report) => [report.id, []]));
  const turns: Turn[] = [];
  for (const each of [...said].sort((one, other) => (one.made_at < other.made_at ? -1 : 1))) {
    const place = each.report_id ? within.get(each.report_id) : undefined;
    if (place) place.push(each);
    else turns.push({ key: each.id, at: each.made_at, kind: 'word', said: each });
  }
  for (const report of reports) {
    const words = within.get(report.id) ?? [];
    turns.push({ key: report.id, at: report.received_at, kind: 'report', report, said: words });
  }
  return turns.sort((one, other) => (one.at < other.at ? 1 : -1));
}

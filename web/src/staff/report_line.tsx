/** A report in a list: how it was received, when, how much; and the state alone. */
import type { Shape } from '../api/types';
import { Card, State } from '../parts/card';
import type { Tone } from '../parts/card';
import type { IconName } from '../parts/icon';
import { t } from '../words/words';

const LOOKS: Record<string, { icon: IconName; tone: Tone; word: Parameters<typeof t>[0] }> = {
  received: { icon: 'received', tone: 'calm', word: 'status.received' },
  revised: { icon: 'edit', tone: 'calm', word: 'status.revised' },
  approved: { icon: 'approve', tone: 'good', word: 'status.approved' },
  returned: { icon: 'returned', tone: 'care', word: 'status.returned' },
  withdrawn: { icon: 'remove', tone: 'calm', word: 'status.withdrawn' },
};

export function StatusOf({ status }: { status: string }) {
  const look = LOOKS[status] ?? { icon: 'info', tone: 'calm', word: 'pace.other' };
  return (
    <State icon={look.icon} tone={look.tone}>
      {t(look.word)}
    </State>
  );
}

interface ReportLineProps {
  report: Shape<'ReportView'>;
  /** When it was done, as said here. */
  at: string;
  /** Whether it says toward which target. */
  named?: boolean;
}

export function ReportLine({ report, at, named = true }: ReportLineProps) {
  return (
    <Card>
      <div class="row apart">
        <StatusOf status={report.status} />
        <span class="soft">{at}</span>
      </div>
      <a class="tap" href={`/reports/${report.id}`}>
        <strong class="numbers">
          {t('outbox.amount', { n: report.quantity, unit: report.unit_of_measure })}
        </strong>
        {named && ` ${report.indicator}`}
      </a>
      {report.note && <p>{report.note}</p>}
    </Card>
  );
}

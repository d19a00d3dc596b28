/** What a report says: how much of what, when it was done, and the note. */
import type { Shape } from '../api/types';
import { moment } from '../words/dates';
import { exact } from '../words/words';

type Said = Pick<
  Shape<'ReportView'>,
  'quantity' | 'unit_of_measure' | 'indicator' | 'activity_at' | 'note'
>;

export function ReportLine({ report }: { report: Said }) {
  return (
    <>
      <div class="head">
        <span>
          <strong class="numbers">
            {exact(report.quantity)} {report.unit_of_measure}
          </strong>{' '}
          · {report.indicator}
        </span>
        <time class="soft numbers" dateTime={report.activity_at}>
          {moment(report.activity_at)}
        </time>
      </div>
      {report.note && <p class="note">{report.note}</p>}
    </>
  );
}

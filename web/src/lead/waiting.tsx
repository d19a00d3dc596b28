/** What waits for my decision, person by person: one by one, or many at once. */
import { useEffect, useState } from 'preact/hooks';
import { ask, said } from '../api/client';
import type { Shape } from '../api/types';
import { Notice, Skeleton } from '../parts/card';
import { me } from '../store/session';
import { moment } from '../words/dates';
import { number, t } from '../words/words';
import { answers } from './answers';
import { Bulk } from './bulk';
import type { Decidable } from './bulk';
import { Flags } from './feed_card';
import './lead.css';
import { ReportActions } from './report_actions';

type Report = Shape<'ReportView'>;
const MOST_PEOPLE = 50; // whose reports are asked for; the rest when these are decided
const AT_ONCE = 4;

interface Found {
  reports: Report[];
  more: number; // people whose reports were not asked for yet
}

export default function WaitingScreen() {
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState('');
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setError('');
    waitingReports(stop.signal).then(setFound, (problem) => {
      if (!stop.signal.aborted) setError(said(problem));
    });
    return () => stop.abort();
  }, [round]);
  const open = (found?.reports ?? []).filter((each) => {
    const answer = answers.value.get(each.id);
    return !(answer && answer.aim !== 'praise' && answer.state === 'done');
  });
  return (
    <div class="stack">
      <h1>{t('lead.waiting')}</h1>
      {error && (
        <Notice tone="care">
          <p>{error}</p>
          <button class="button" type="button" onClick={() => setRound(round + 1)}>
            {t('app.again')}
          </button>
        </Notice>
      )}
      {!found && !error && <Skeleton lines={6} />}
      {found && !found.reports.length && <Notice tone="good">{t('lead.waiting_none')}</Notice>}
      <Bulk reports={open.map(decidable)} />
      {found &&
        byPerson(found.reports).map((each) => <Person key={each[0]?.employee_id} reports={each} />)}
      {found && found.more > 0 && (
        <button class="button wide" type="button" onClick={() => setRound(round + 1)}>
          {t('lead.waiting_more', { n: found.more })}
        </button>
      )}
    </div>
  );
}

function Person({ reports }: { reports: readonly Report[] }) {
  const first = reports[0];
  if (!first) return null;
  return (
    <section class="stack tight">
      <h2>
        <a class="who" href={`/people/${first.employee_id}`}>
          {first.employee_name}
        </a>
      </h2>
      {reports.map((report) => (
        <article class="card" key={report.id}>
          <div class="head">
            <span>
              <strong class="numbers">
                {number(report.quantity)} {report.unit_of_measure}
              </strong>{' '}
              · {report.indicator}
            </span>
            <time class="soft numbers" dateTime={report.activity_at}>
              {moment(report.activity_at)}
            </time>
          </div>
          {report.note && <p class="note">{report.note}</p>}
          <Flags flags={report.flags} />
          <Decided report={report} />
        </article>
      ))}
    </section>
  );
}

function Decided({ report }: { report: Report }) {
  const answer = answers.value.get(report.id);
  const decided = answer?.state === 'done' && answer.aim !== 'praise';
  return (
    <>
      {decided && (
        <Notice tone="good">
          {t(answer.aim === 'return' ? 'lead.returned' : 'lead.approved')}
        </Notice>
      )}
      <ReportActions
        reportId={report.id}
        version={report.version}
        waiting
        indicator={report.indicator}
      />
    </>
  );
}

function decidable(report: Report): Decidable {
  const { id, version, employee_name: name, quantity, indicator } = report;
  return { id, version, name, quantity, unit: report.unit_of_measure, indicator };
}

function byPerson(reports: readonly Report[]): Report[][] {
  const people = new Map<string, Report[]>();
  for (const report of reports) {
    people.set(report.employee_id, [...(people.get(report.employee_id) ?? []), report]);
  }
  return [...people.values()];
}

/** The board says who has something that waits; their reports are asked for a few at a time. */
async function waitingReports(signal: AbortSignal): Promise<Found> {
  // Whoever heads nobody decides nothing, however many they may see.
  if (!me.value?.headships.length) return { reports: [], more: 0 };
  const ids: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await ask('get', '/v1/board', { query: { cursor, limit: 100 }, signal });
    ids.push(
      ...page.people
        .filter((each) => each.waiting > 0 && each.decided_by_me)
        .map((each) => each.employee_id),
    );
    cursor = page.next_cursor;
  } while (cursor && ids.length < MOST_PEOPLE);
  const asked = ids.slice(0, MOST_PEOPLE);
  const reports: Report[] = [];
  for (let first = 0; first < asked.length; first += AT_ONCE) {
    const some = asked.slice(first, first + AT_ONCE);
    const pages = await Promise.all(
      some.map((employee_id) =>
        ask('get', '/v1/reports', {
          query: { employee_id, status: 'waiting', limit: 100 },
          signal,
        }),
      ),
    );
    reports.push(...pages.flatMap((page) => page.items));
  }
  return { reports, more: ids.length - asked.length };
}

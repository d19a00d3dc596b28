/** Reports that wait for my decision, person by person: one by one, or many at once. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ask, said } from '../api/client';
import type { Shape } from '../api/types';
import { Notice, Skeleton } from '../parts/card';
import { me } from '../store/session';
import { topics } from '../store/signals';
import { t } from '../words/words';
import { answers } from './answers';
import { Bulk } from './bulk';
import type { Decidable } from './bulk';
import { Flags } from './feed_card';
import { cardsOf, reportOf, waits } from './items';
import { ReportActions } from './report_actions';
import { ReportLine } from './report_line';
import { decides } from './scope';

type Report = Shape<'ReportView'>;
const MOST_PEOPLE = 50; // whose reports are asked for; the rest when these are decided
const AT_ONCE = 4;
const OPEN: readonly string[] = ['received', 'revised'];

export interface WaitingReports {
  reports: readonly Report[] | null;
  more: number; // people whose reports were not asked for yet
  /** Reports that have arrived since, by the live feed. */
  fresh: number;
  error: string;
  again: () => void;
}

/** What waits, as it was asked for, with what the live feed has told of these reports since. */
export function useWaitingReports(): WaitingReports {
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
  const live = useMemo(() => cardsOf(Object.values(topics.value)), [topics.value]);
  const reports = found && withNews(found.reports, live);
  const known = new Set(reports?.map((each) => each.id));
  const fresh = live.filter(
    ({ card }) =>
      waits(card) &&
      !known.has(reportOf(card)?.report_id ?? '') &&
      decides(card.employee_id, card.unit_id),
  );
  return {
    reports,
    more: found?.more ?? 0,
    fresh: found ? fresh.length : 0,
    error,
    again: () => setRound(round + 1),
  };
}

/** Whether nobody has decided on it yet, here or elsewhere. */
export function isOpen(report: Report): boolean {
  const answer = answers.value.get(report.id);
  return OPEN.includes(report.status) && answer?.state !== 'done' && answer?.state !== 'kept';
}

interface Found {
  reports: Report[];
  more: number;
}

export function Reports({ waiting }: { waiting: WaitingReports }) {
  const { reports, more, error, again } = waiting;
  return (
    <>
      {error && (
        <Notice tone="care">
          <p>{error}</p>
          <button class="button" type="button" onClick={again}>
            {t('app.again')}
          </button>
        </Notice>
      )}
      {!reports && !error && <Skeleton lines={6} />}
      <Bulk reports={(reports ?? []).filter(isOpen).map(decidable)} />
      {reports &&
        byPerson(reports).map((each) => <Person key={each[0]?.employee_id} reports={each} />)}
      {more > 0 && (
        <button class="button wide" type="button" onClick={again}>
          {t('lead.waiting_more', { n: more })}
        </button>
      )}
    </>
  );
}

/** A report as the live feed knows it, where that is newer than the list. */
function withNews(
  reports: readonly Report[],
  live: readonly { card: Parameters<typeof reportOf>[0] }[],
): Report[] {
  const told = new Map(live.map(({ card }) => [reportOf(card)?.report_id, reportOf(card)]));
  return reports.map((report) => {
    const news = told.get(report.id);
    if (!news || news.version < report.version) return report;
    const { status, version, quantity, note, actor_name } = news;
    return { ...report, status, version, quantity, note, decided_by_name: actor_name ?? null };
  });
}

function Person({ reports }: { reports: readonly Report[] }) {
  const first = reports[0];
  if (!first) return null;
  return (
    <section class="stack tight">
      <h3>
        <a class="who" href={`/people/${first.employee_id}`}>
          {first.employee_name}
        </a>
      </h3>
      {reports.map((report) => (
        <article class="card" key={report.id}>
          <ReportLine report={report} />
          <Flags flags={report.flags} />
          <Decided report={report} />
        </article>
      ))}
    </section>
  );
}

/** Decided here, or meanwhile by the same person on another phone, or by somebody else. */
function Decided({ report }: { report: Report }) {
  const answer = answers.value.get(report.id);
  const waiting = OPEN.includes(report.status);
  return (
    <>
      {answer?.state === 'done' ? (
        <Notice tone="good">
          {t(answer.aim === 'return' ? 'lead.returned' : 'lead.approved')}
        </Notice>
      ) : (
        !waiting && (
          <Notice>
            {t(`lead.status_${report.status}` as 'lead.status_approved', {
              receipt: report.receipt,
              actor: report.decided_by_name ?? '',
            })}
          </Notice>
        )
      )}
      <ReportActions
        reportId={report.id}
        version={report.version}
        waiting={waiting}
        indicator={report.indicator}
      />
    </>
  );
}

function decidable(report: Report): Decidable {
  const { id, version, employee_name: name, quantity, indicator } = report;
  return { id, version, name, quantity, unit: report.unit_of_measure, indicator };
}

/** Whose oldest report has waited longest comes first. */
function byPerson(reports: readonly Report[]): Report[][] {
  const people = new Map<string, Report[]>();
  const oldestFirst = [...reports].sort((one, other) =>
    one.received_at < other.received_at ? -1 : 1,
  );
  for (const report of oldestFirst) {
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

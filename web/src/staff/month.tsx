/** My month: each target, each report by day, how it was received, and a recap to keep. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import { officeNow } from '../api/clock';
import type { Shape } from '../api/types';
import { Card } from '../parts/card';
import { Icon } from '../parts/icon';
import { me } from '../store/session';
import { calendarDay, clock, day, month as monthName, zone } from '../words/dates';
import { number, t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { Paged } from '../parts/paged';
import { monthAround, stepped } from './months';
import { Recaps } from './recaps';
import { ReportLine } from './report_line';
import { TargetCard } from './target_card';
import { instantOf } from './wall_time';

type Report = Shape<'ReportView'>;

export default function MonthScreen() {
  const [period, setPeriod] = useState(() => monthAround(calendarDay(officeNow())));
  const from = instantOf(`${period}-01T00:00`, zone.value) ?? '';
  const to = instantOf(`${stepped(period, 1)}-01T00:00`, zone.value) ?? '';
  const thisMonth = period === monthAround(calendarDay(officeNow()));
  return (
    <div class="stack">
      <h1>{t('more.month')}</h1>
      <div class="row apart">
        <button class="button" type="button" onClick={() => setPeriod(stepped(period, -1))}>
          <Icon name="back" label={t('month.before')} />
        </button>
        <strong>{monthName(from)}</strong>
        <button
          class="button"
          type="button"
          disabled={thisMonth}
          onClick={() => setPeriod(stepped(period, 1))}
        >
          <Icon name="next" label={t('month.after')} />
        </button>
      </div>
      <Quality key={`q${period}`} period={period} />
      {thisMonth && <Targets />}
      <Reports key={period} from={from} to={to} />
      <Recaps period={period} />
    </div>
  );
}

function Quality({ period }: { period: string }) {
  const quality = useAsked('/v1/me/quality', { query: { period } });
  const share = (value: number) => t('month.share', { n: number(value * 100, 0) });
  return (
    <Answered asked={quality}>
      {(shown) => (
        <Card label={t('month.quality')}>
          <p class="numbers">
            <strong>{t('month.reports', { n: shown.reports })}</strong>
          </p>
          {shown.approval_rate != null && (
            <p>{t('month.approved', { share: share(shown.approval_rate) })}</p>
          )}
          {shown.on_time_share != null && (
            <p>{t('month.on_time', { share: share(shown.on_time_share) })}</p>
          )}
          {shown.evidence_rate != null && (
            <p>{t('month.with_evidence', { share: share(shown.evidence_rate) })}</p>
          )}
          {shown.excused > 0 && <p class="soft">{t('month.excused', { n: shown.excused })}</p>}
        </Card>
      )}
    </Answered>
  );
}

function Targets() {
  const targets = useAsked('/v1/me/targets');
  return (
    <>
      <h2>{t('today.targets')}</h2>
      <Answered asked={targets}>
        {(list) => list.map((target) => <TargetCard key={target.id} target={target} />)}
      </Answered>
    </>
  );
}

function Reports({ from, to }: { from: string; to: string }) {
  const query = { employee_id: me.value?.employee.id, from, to, limit: 20 };
  const first = useAsked('/v1/reports', { query });
  return (
    <>
      <h2>{t('month.all_reports')}</h2>
      <Paged
        first={first}
        older={(cursor) => ask('get', '/v1/reports', { query: { ...query, cursor } })}
        keyOf={(report) => report.id}
        none={t('month.none')}
      >
        {(all) =>
          byDay(all).map(([date, reports]) => (
            <section class="stack tight" key={date}>
              <h3>{day(reports[0]?.activity_at ?? date)}</h3>
              {reports.map((report) => (
                <ReportLine key={report.id} report={report} at={clock(report.activity_at)} />
              ))}
            </section>
          ))
        }
      </Paged>
    </>
  );
}

function byDay(reports: readonly Report[]): [string, Report[]][] {
  const days = new Map<string, Report[]>();
  for (const report of reports) {
    const date = calendarDay(report.activity_at);
    days.set(date, [...(days.get(date) ?? []), report]);
  }
  return [...days];
}

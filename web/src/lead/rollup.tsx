/** A unit's month: what was reported by part and indicator, with a way down into each part. */
import { useState } from 'preact/hooks';
import type { Shape } from '../api/types';
import { Icon } from '../parts/icon';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { calendarDay, moment, month } from '../words/dates';
import { exact, number, t } from '../words/words';
import './lead.css';
import { monthOf } from './months';
import { myUnits, unitName, units } from './scope';

type Row = Shape<'UnitRollup'>;
const MOST_INDICATORS = 4; // of a part in the line

export default function RollupScreen({ fills }: { fills: Record<string, string> }) {
  const mine = myUnits();
  const id = fills.id ?? mine[0]?.id ?? '';
  const [back, setBack] = useState(0);
  const period = monthOf(calendarDay(Date.now()), back);
  const rollup = useAsked('/v1/units/{unit_id}/rollup', {
    path: { unit_id: id },
    query: { period },
  });
  const parent = units().value.value?.find((unit) => unit.id === id)?.parent_id;
  const above = parent && unitName(parent);
  return (
    <div class="stack">
      <h1>{unitName(id) || t('lead.rollup')}</h1>
      {above && !mine.some((each) => each.id === id) && (
        <a class="button quiet start" href={`/rollup/${parent}`}>
          <Icon name="back" size={20} />
          {above}
        </a>
      )}
      <div class="row apart">
        <button class="button" type="button" onClick={() => setBack(back + 1)}>
          <Icon name="back" label={t('lead.month_before')} />
        </button>
        <strong>{month(`${period}-15T00:00:00Z`)}</strong>
        <button class="button" type="button" disabled={!back} onClick={() => setBack(back - 1)}>
          <Icon name="next" label={t('lead.month_after')} />
        </button>
      </div>
      <a class="button" href={`/feed?unit=${id}`}>
        <Icon name="feed" size={20} />
        {t('lead.feed')}
      </a>
      <Answered asked={rollup}>
        {(view) => (
          <>
            <Part row={view.total} all />
            <p class="soft">{t('lead.as_of', { at: moment(view.as_of) })}</p>
            <Parts rows={view.rows} />
          </>
        )}
      </Answered>
    </div>
  );
}

/** The child units and the unit's own people; these alone would say the total twice. */
function Parts({ rows }: { rows: readonly Row[] }) {
  if (rows.every((row) => row.own)) return null;
  return (
    <>
      <h2>{t('lead.parts')}</h2>
      <ul class="stack">
        {rows.map((row) => (
          <li key={`${row.unit_id}${row.own}`}>
            <Part row={row} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Part({ row, all = false }: { row: Row; all?: boolean }) {
  const shown = all ? row.indicators : row.indicators.slice(0, MOST_INDICATORS);
  const rest = row.indicators.length - shown.length;
  const name = row.own ? t('lead.own') : row.unit_name;
  return (
    <article class="card">
      <div class="head">
        {all ? (
          <h2>{t('lead.total')}</h2>
        ) : row.own ? (
          <a class="who" href="/board">
            {name}
          </a>
        ) : (
          <a class="who" href={`/rollup/${row.unit_id}`}>
            {name}
            <Icon name="next" size={20} />
          </a>
        )}
        <span class="soft numbers">{t('lead.people', { n: row.people })}</span>
      </div>
      <Quality quality={row.quality} />
      {shown.length > 0 && (
        <dl class="sums">
          {shown.map((each) => (
            <div key={`${each.indicator}${each.unit_of_measure}`}>
              <dt>{each.indicator}</dt>
              <dd class="numbers">
                {each.measured ? (
                  <Mean row={each} />
                ) : (
                  <strong>
                    {exact(each.approved)} {each.unit_of_measure}
                  </strong>
                )}
                {!each.measured && each.pending > 0 && (
                  <span class="soft">
                    {' '}
                    {t('lead.and_pending', { pending: exact(each.pending) })}
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {rest > 0 && <p class="soft">{t('lead.more_indicators', { n: rest })}</p>}
    </article>
  );
}

/** What was measured has a mean; a sum of days or of marks would mean nothing. */
function Mean({ row }: { row: Row['indicators'][number] }) {
  if (row.mean == null) return <span class="soft">{t('lead.mean_none')}</span>;
  return (
    <>
      <span class="soft">{t('lead.mean_of')}</span>{' '}
      <strong>
        {number(row.mean, 2)} {row.unit_of_measure}
      </strong>
    </>
  );
}

/** Shares of all reports; what is not known yet is not said. */
function Quality({ quality }: { quality: Row['quality'] }) {
  const share = (part: number) => number(part * 100, 0);
  const said = [
    t('lead.reports', { n: quality.reports }),
    quality.on_time_share != null && t('lead.on_time', { share: share(quality.on_time_share) }),
    quality.returned_share != null &&
      t('lead.returned_share', { share: share(quality.returned_share) }),
    quality.evidence_rate != null &&
      t('lead.with_evidence', { share: share(quality.evidence_rate) }),
  ];
  return <p class="soft numbers">{said.filter(Boolean).join(' · ')}</p>;
}

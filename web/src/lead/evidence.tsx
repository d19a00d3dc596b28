/** What a suggestion stands on: each target with its achievement and reports; missing is missing. */
import { useState } from 'preact/hooks';
import { ask, said } from '../api/client';
import type { Shape } from '../api/types';
import { Bar } from '../parts/bar';
import { Notice, Skeleton, State } from '../parts/card';
import { moment } from '../words/dates';
import { exact, number, t } from '../words/words';
import { Course } from './course_view';

type View = Shape<'mobile_contract__appraisals__EvidenceView'>;
type TargetEvidence = Shape<'TargetEvidenceView'>;
const MOST_REPORTS = 10; // opened at once; a decision rarely needs more

export function Evidence({ evidence }: { evidence: View }) {
  const { result } = evidence.suggestion;
  return (
    <>
      <Notice>
        {result.rating ? (
          <p>
            {t('lead.suggested')} <strong>{t(`lead.rating_${result.rating}`)}</strong>
            {result.mean != null && ` (${t('lead.mean', { mean: number(result.mean) })})`}
          </p>
        ) : (
          <p>{t('lead.nothing_suggested')}</p>
        )}
        <p class="soft">{t('lead.you_decide')}</p>
      </Notice>
      <ul class="stack">
        {evidence.targets.map((each) => (
          <li key={each.id}>
            <TargetCard target={each} />
          </li>
        ))}
      </ul>
      {!evidence.targets.length && <p class="soft">{t('lead.no_targets')}</p>}
    </>
  );
}

function TargetCard({ target }: { target: TargetEvidence }) {
  const [open, setOpen] = useState(false);
  return (
    <article class="card">
      <div class="head">
        <h3>{target.indicator}</h3>
        <span class="soft">{t(`lead.kind_${target.kind}`)}</span>
      </div>
      {target.result_title && <p class="soft">{target.result_title}</p>}
      {target.achievement == null ? (
        <State icon="info" tone="calm">
          {t('lead.missing')}
        </State>
      ) : (
        <>
          {target.aspect === 'quantity' && target.direction === 'higher' && (
            <Bar
              done={target.approved}
              goal={target.part_goal.quantity}
              unit={target.unit_of_measure}
              behind={target.rating === 'below'}
            />
          )}
          <p class="numbers">
            <strong>{t('lead.achievement', { percent: number(target.achievement) })}</strong>{' '}
            {t('lead.of_goal', {
              value: number(target.value ?? target.approved),
              goal: number(target.part_goal.quantity),
              unit: target.unit_of_measure,
            })}
          </p>
          {target.rating && <p>{t(`lead.rating_${target.rating}`)}</p>}
        </>
      )}
      {target.pending > 0 && (
        <p class="soft">
          {t('lead.still_pending', {
            pending: number(target.pending),
            unit: target.unit_of_measure,
          })}
        </p>
      )}
      <Course targetId={target.id} unit={target.unit_of_measure} />
      {target.reports > 0 && (
        <button class="button" type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('lead.show_reports', { n: target.reports })}
        </button>
      )}
      {open && <Reports ids={target.report_ids} />}
    </article>
  );
}

function Reports({ ids }: { ids: readonly string[] }) {
  const [shown, setShown] = useState<Shape<'ReportHistory'>[]>([]);
  const [error, setError] = useState('');
  const [asked, setAsked] = useState(0);
  const wanted = ids.slice(asked, asked + MOST_REPORTS);
  const [busy, setBusy] = useState(false);
  async function more() {
    setBusy(true);
    setError('');
    try {
      const found = await Promise.all(
        wanted.map((report_id) => ask('get', '/v1/reports/{report_id}', { path: { report_id } })),
      );
      setShown([...shown, ...found]);
      setAsked(asked + wanted.length);
    } catch (problem) {
      setError(said(problem));
    } finally {
      setBusy(false);
    }
  }
  if (!asked && !busy && !error) void more();
  return (
    <div class="stack tight">
      <ul class="stack tight">
        {shown.map((report) => (
          <li key={report.id} class="head">
            <span>
              <strong class="numbers">
                {exact(report.quantity)} {report.unit_of_measure}
              </strong>{' '}
              {report.note}
            </span>
            <span class="soft numbers">
              {moment(report.activity_at)} · {report.receipt}
            </span>
          </li>
        ))}
      </ul>
      {error && <Notice tone="care">{error}</Notice>}
      {busy && <Skeleton lines={2} />}
      {!busy && wanted.length > 0 && (
        <button class="button" type="button" onClick={() => void more()}>
          {t('lead.more_reports')}
        </button>
      )}
    </div>
  );
}

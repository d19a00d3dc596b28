/** Deciding an appraisal: what it stands on beside what is decided, and everything that was said. */
import type { Shape } from '../api/types';
import { Notice } from '../parts/card';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { partName } from '../parts/period_name';
import { me } from '../store/session';
import { moment, shortDay } from '../words/dates';
import { known, number, t } from '../words/words';
import { Stage } from './appraisals';
import { DecideForm } from './decide_form';
import { over } from './decision';
import { Evidence } from './evidence';
import './lead.css';
import { ObjectionForm } from './objection_form';
import { mayAnswer } from './scope';

type Detail = Shape<'AppraisalDetail'>;
const OPEN: readonly string[] = ['open', 'self_assessed', 'reopened'];

export default function AppraisalScreen({ fills }: { fills: Record<string, string> }) {
  const path = { appraisal_id: fills.id ?? '' };
  const appraisal = useAsked('/v1/appraisals/{appraisal_id}', { path });
  return (
    <div class="stack">
      {!appraisal.value && <h1>{t('lead.appraisals')}</h1>}
      <Answered asked={appraisal}>
        {(detail) => <Known detail={detail} onChange={() => void appraisal.again()} />}
      </Answered>
    </div>
  );
}

function Known({ detail, onChange }: { detail: Detail; onChange: () => void }) {
  const open = OPEN.includes(detail.state);
  const ended = over(detail, Date.now());
  const waiting = detail.objections.find((each) => !each.outcome);
  const mine = mayAnswer(detail.employee_id);
  // An objection goes to somebody else than the one whose decision it is about.
  const above = mine && detail.decided_by !== me.value?.employee.id;
  return (
    <div class="stack">
      <div class="stack tight">
        <h1>
          <a class="who" href={`/people/${detail.employee_id}`}>
            {detail.employee_name}
          </a>
        </h1>
        <p class="soft">
          {partName(detail)} · {detail.unit_name}
        </p>
        <div>
          <Stage state={detail.state} />
        </div>
      </div>
      <div class="beside even">
        <section class="stack" tabIndex={0} aria-label={t('lead.evidence')}>
          <h2>{t('lead.evidence')}</h2>
          {detail.self_assessment && (
            <blockquote>
              <div>
                <strong>{t('lead.self_assessment')}</strong>: {detail.self_assessment.text}
              </div>
            </blockquote>
          )}
          <Evidence evidence={detail.evidence} />
        </section>
        <section class="stack" aria-label={t('lead.decision')}>
          <h2>{t('lead.decision')}</h2>
          {detail.distribution_warning && <Distribution warning={detail.distribution_warning} />}
          {detail.predicate && <Decision detail={detail} />}
          {open && !ended && (
            <Notice>{t('lead.decide_from', { at: shortDay(detail.part_end) })}</Notice>
          )}
          {open && ended && mine && (
            <DecideForm detail={detail} onDone={onChange} key={detail.version} />
          )}
          {detail.objections.map((each) => (
            <Objection key={each.id} objection={each} />
          ))}
          {waiting && above && (
            <ObjectionForm detail={detail} objection={waiting} onDone={onChange} />
          )}
          <Steps steps={detail.steps} />
        </section>
      </div>
    </div>
  );
}

function Decision({ detail }: { detail: Detail }) {
  return (
    <div class="card">
      <p>
        <strong class="figure">{t(`lead.predicate_${detail.predicate ?? 'good'}`)}</strong>
      </p>
      <dl class="sums">
        <div>
          <dt>{t('lead.result_rating')}</dt>
          <dd>{detail.result_rating && t(`lead.rating_${detail.result_rating}`)}</dd>
        </div>
        <div>
          <dt>{t('lead.behaviour_rating')}</dt>
          <dd>{detail.behaviour_rating && t(`lead.rating_${detail.behaviour_rating}`)}</dd>
        </div>
      </dl>
      {detail.behaviours.map((each) => (
        <p key={each.value}>
          <strong>{t(`lead.value_${each.value}`)}</strong> · {t(`lead.rating_${each.rating}`)}
          <br />
          {each.example}
        </p>
      ))}
      {detail.reason && <p class="note">{detail.reason}</p>}
      <p class="soft">
        {detail.decided_at &&
          t('lead.decided_by', {
            name: detail.decided_by_name ?? '',
            at: moment(detail.decided_at),
          })}
      </p>
    </div>
  );
}

function Distribution({ warning }: { warning: Shape<'DistributionWarningView'> }) {
  return (
    <Notice tone="care">
      <p>{t('lead.distribution', { own: t(`lead.predicate_${warning.own}`) })}</p>
      <ul>
        {warning.departures.map((each) => (
          <li key={each.predicate}>
            {t('lead.departure', {
              predicate: t(`lead.predicate_${each.predicate}`),
              share: number(each.share * 100, 0),
              expected: number(each.expected * 100, 0),
            })}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Objection({ objection }: { objection: Shape<'ObjectionView'> }) {
  return (
    <div class="card">
      <h3>{t('lead.objection')}</h3>
      <p class="note">{objection.reasons}</p>
      <p class="soft">{moment(objection.made_at)}</p>
      {objection.outcome && (
        <p>
          <strong>{t(`lead.outcome_${objection.outcome}`)}</strong> {objection.decision_reason}
        </p>
      )}
    </div>
  );
}

function Steps({ steps }: { steps: Detail['steps'] }) {
  if (!steps.length) return null;
  return (
    <details>
      <summary>{t('lead.steps')}</summary>
      <ol class="stack tight">
        {steps.map((each, index) => {
          const key = `lead.step_${each.what}`;
          return (
            <li key={index}>
              <span class="soft numbers">{moment(each.at)}</span> {known(key) ? t(key) : each.what}
              {each.by_name && ` · ${each.by_name}`}
            </li>
          );
        })}
      </ol>
    </details>
  );
}

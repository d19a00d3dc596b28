/** One appraisal of mine: what it stands on, my own word, the decision, and what I say to it. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import type { ScreenProps } from '../app/routes';
import { Card, Notice } from '../parts/card';
import { newId } from '../store/ids';
import { me } from '../store/session';
import { day, moment } from '../words/dates';
import { number, t } from '../words/words';
import { Answered } from '../parts/answered';
import { periodName } from '../parts/period_name';
import { AppraisalState } from './appraisals';
import { useAsked } from '../parts/asked';
import type { Asked } from '../parts/asked';
import { useDoing } from '../parts/doing';
import { useKeptText } from '../parts/kept_draft';
import { TextArea } from '../parts/text_area';

type Detail = Shape<'AppraisalDetail'>;
type Rating = NonNullable<Detail['result_rating']>;

const RATINGS: readonly Rating[] = ['below', 'meets', 'above'];

export default function AppraisalScreen({ fills }: ScreenProps) {
  const detail = useAsked('/v1/appraisals/{appraisal_id}', {
    path: { appraisal_id: fills.id ?? '' },
  });
  return (
    <div class="stack">
      <div>
        <h1>{detail.value ? periodName(detail.value) : t('more.appraisals')}</h1>
        <p class="soft">{detail.value?.unit_name}</p>
      </div>
      <Answered asked={detail}>
        {(appraisal) => {
          const mine = appraisal.employee_id === me.value?.employee.id;
          const assesses = appraisal.state === 'open' || appraisal.state === 'reopened';
          const answers = appraisal.state === 'decided' || appraisal.state === 'acknowledged';
          return (
            <>
              <div>
                <AppraisalState state={appraisal.state} />
              </div>
              {appraisal.predicate && <Decision appraisal={appraisal} />}
              {mine && answers && <Answering appraisal={appraisal} asked={detail} />}
              {mine && assesses && <Assessing appraisal={appraisal} asked={detail} />}
              {appraisal.self_assessment && <OwnWord word={appraisal.self_assessment} />}
              <Evidence evidence={appraisal.evidence} />
              {appraisal.objections.map((objection) => (
                <Objection key={objection.id} objection={objection} />
              ))}
            </>
          );
        }}
      </Answered>
    </div>
  );
}

function Decision({ appraisal }: { appraisal: Detail }) {
  const { result_rating: result, behaviour_rating: behaviour, predicate } = appraisal;
  return (
    <Card label={t('appraisal.decision')}>
      <h2>{t('appraisal.decision')}</h2>
      {predicate && (
        <p>
          {t('appraisal.predicate')} <strong>{t(`predicate.${predicate}`)}</strong>
        </p>
      )}
      {result && <p>{t('appraisal.result', { rating: t(`rating.${result}`) })}</p>}
      {behaviour && <p>{t('appraisal.behaviour', { rating: t(`rating.${behaviour}`) })}</p>}
      {appraisal.reason && <p>{appraisal.reason}</p>}
      {appraisal.decided_by_name && appraisal.decided_at && (
        <p class="soft">
          {t('report_page.decided', {
            name: appraisal.decided_by_name,
            at: moment(appraisal.decided_at),
          })}
        </p>
      )}
      {appraisal.behaviours.length > 0 && (
        <ul class="stack tight">
          {appraisal.behaviours.map((shown) => (
            <li key={shown.value}>
              <strong>{t(`value.${shown.value}`)}</strong>: {t(`rating.${shown.rating}`)}
              {shown.example && <p class="soft">{shown.example}</p>}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

interface ActionProps {
  appraisal: Detail;
  asked: Asked<Detail>;
}

/** Acknowledging it, or objecting to it while there is time. */
function Answering({ appraisal, asked }: ActionProps) {
  const [objecting, setObjecting] = useState(false);
  const [reasons, setReasons, dropReasons] = useKeptText(`objection:${appraisal.id}`);
  const [id] = useState(newId);
  const doing = useDoing();
  const path = { appraisal_id: appraisal.id };
  async function acknowledge() {
    await doing.run(() => ask('post', '/v1/appraisals/{appraisal_id}/acknowledgement', { path }));
    await asked.again();
  }
  async function object(event: Event) {
    event.preventDefault();
    const body = { id, reasons };
    const said = () => ask('post', '/v1/appraisals/{appraisal_id}/objection', { path, body });
    if (await doing.run(said)) (dropReasons(), await asked.again());
  }
  return (
    <section class="stack tight">
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {appraisal.state === 'decided' && !objecting && (
        <button
          class="button primary wide"
          type="button"
          disabled={doing.busy}
          onClick={() => void acknowledge()}
        >
          {t('appraisal.acknowledge')}
        </button>
      )}
      {appraisal.objection_until && !objecting && (
        <>
          <p class="soft">
            {t('appraisal.objection_until', { day: day(appraisal.objection_until) })}
          </p>
          <button class="button wide" type="button" onClick={() => setObjecting(true)}>
            {t('appraisal.object')}
          </button>
        </>
      )}
      {objecting && (
        <form class="stack" onSubmit={object}>
          <TextArea
            label={t('appraisal.reasons')}
            hint={t('appraisal.reasons_hint')}
            value={reasons}
            onValue={setReasons}
            rows={5}
            required
          />
          <button class="button primary wide" type="submit" disabled={doing.busy}>
            {t('appraisal.send_objection')}
          </button>
          <button class="button wide" type="button" onClick={() => setObjecting(false)}>
            {t('app.cancel')}
          </button>
        </form>
      )}
    </section>
  );
}

function Assessing({ appraisal, asked }: ActionProps) {
  const [text, setText, dropText] = useKeptText(
    `self:${appraisal.id}`,
    appraisal.self_assessment?.text,
  );
  const [rating, setRating] = useState<Rating | null>(appraisal.self_assessment?.rating ?? null);
  const doing = useDoing();
  const path = { appraisal_id: appraisal.id };
  async function send(event: Event) {
    event.preventDefault();
    const body = { text, rating };
    const said = () => ask('post', '/v1/appraisals/{appraisal_id}/self-assessment', { path, body });
    if (await doing.run(said)) (dropText(), await asked.again());
  }
  return (
    <form class="card" onSubmit={send}>
      <h2>{t('appraisal.self')}</h2>
      <TextArea
        label={t('appraisal.self_text')}
        hint={t('appraisal.self_hint')}
        value={text}
        onValue={setText}
        rows={5}
        required
      />
      <div class="field">
        <span class="label" id="own-rating">
          {t('appraisal.self_rating')}
        </span>
        <div class="row" role="group" aria-labelledby="own-rating">
          {RATINGS.map((each) => (
            <button
              key={each}
              class="chip"
              type="button"
              aria-pressed={rating === each}
              onClick={() => setRating(rating === each ? null : each)}
            >
              {t(`rating.${each}`)}
            </button>
          ))}
        </div>
      </div>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <button class="button primary wide" type="submit" disabled={doing.busy}>
        {t('app.send')}
      </button>
    </form>
  );
}

function OwnWord({ word }: { word: NonNullable<Detail['self_assessment']> }) {
  return (
    <Card label={t('appraisal.self')}>
      <h2>{t('appraisal.self')}</h2>
      <p>{word.text}</p>
      {word.rating && <p>{t('appraisal.own_rating', { rating: t(`rating.${word.rating}`) })}</p>}
      <p class="soft">{moment(word.at)}</p>
    </Card>
  );
}

/** From which reports a rating was suggested; what has no data is said to be missing. */
function Evidence({ evidence }: { evidence: Detail['evidence'] }) {
  const suggested = evidence.suggestion.result.rating;
  return (
    <section class="stack tight">
      <h2>{t('appraisal.evidence')}</h2>
      {suggested && <p>{t('appraisal.suggested', { rating: t(`rating.${suggested}`) })}</p>}
      {evidence.targets.map((target) => (
        <Card key={target.id}>
          <h3>{target.indicator}</h3>
          <p class="numbers">
            {target.achievement == null
              ? t('appraisal.missing')
              : t('appraisal.achieved', { n: number(target.achievement, 0) })}
          </p>
          <p class="soft">{t('appraisal.from_reports', { n: target.reports })}</p>
        </Card>
      ))}
    </section>
  );
}

function Objection({ objection }: { objection: Detail['objections'][number] }) {
  return (
    <Card>
      <h2>{t('appraisal.objection')}</h2>
      <p>{objection.reasons}</p>
      <p class="soft">{moment(objection.made_at)}</p>
      {objection.outcome && (
        <>
          <p>
            <strong>{t(`objection.${objection.outcome}`)}</strong>
          </p>
          <p>{objection.decision_reason}</p>
        </>
      )}
    </Card>
  );
}

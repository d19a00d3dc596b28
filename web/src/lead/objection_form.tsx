/** Answering an objection: upheld as it was, or changed; either way final, and with a reason. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import { Notice } from '../parts/card';
import { useDoing } from '../parts/doing';
import { TextArea } from '../parts/text_area';
import { t } from '../words/words';
import { Ratings } from './decide_form';
import type { Rating } from './decision';

interface ObjectionFormProps {
  detail: Shape<'AppraisalDetail'>;
  objection: Shape<'ObjectionView'>;
  onDone: () => void;
}

export function ObjectionForm({ detail, objection, onDone }: ObjectionFormProps) {
  const [outcome, setOutcome] = useState<'upheld' | 'changed'>('upheld');
  const [result, setResult] = useState<Rating | null>(detail.result_rating ?? null);
  const [behaviour, setBehaviour] = useState<Rating | null>(detail.behaviour_rating ?? null);
  const [reason, setReason] = useState('');
  const doing = useDoing();
  async function submit(event: Event) {
    event.preventDefault();
    const changed = outcome === 'changed';
    const body = {
      outcome,
      reason: reason.trim(),
      result_rating: changed ? result : null,
      behaviour_rating: changed ? behaviour : null,
    };
    const path = { objection_id: objection.id };
    const done = await doing.run(() =>
      ask('post', '/v1/objections/{objection_id}/decision', { path, body }),
    );
    if (done) onDone();
  }
  return (
    <form class="card" onSubmit={submit}>
      <h3>{t('lead.objection_answer')}</h3>
      <p>{t('lead.objection_final')}</p>
      <div class="row" role="group" aria-label={t('lead.objection_answer')}>
        {(['upheld', 'changed'] as const).map((each) => (
          <button
            class="chip"
            type="button"
            key={each}
            aria-pressed={outcome === each}
            onClick={() => setOutcome(each)}
          >
            {t(`lead.outcome_${each}`)}
          </button>
        ))}
      </div>
      {outcome === 'changed' && (
        <>
          <fieldset class="plain">
            <legend>{t('lead.result_rating')}</legend>
            <Ratings name="objection-result" value={result} onValue={setResult} />
          </fieldset>
          <fieldset class="plain">
            <legend>{t('lead.behaviour_rating')}</legend>
            <Ratings name="objection-behaviour" value={behaviour} onValue={setBehaviour} />
          </fieldset>
        </>
      )}
      <TextArea label={t('lead.reason')} value={reason} onValue={setReason} required />
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <button class="button primary" type="submit" disabled={doing.busy || !reason.trim()}>
        {t(doing.busy ? 'lead.going' : 'lead.objection_now')}
      </button>
    </form>
  );
}

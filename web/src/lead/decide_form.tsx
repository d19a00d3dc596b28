/** The decision: a rating of the results, the seven values with an example each, and a reason. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import { Notice } from '../parts/card';
import { useDoing } from '../parts/doing';
import { TextArea } from '../parts/text_area';
import { t } from '../words/words';
import { asksReason, complete, RATINGS, VALUES } from './decision';
import type { Rating, Shown } from './decision';

interface DecideFormProps {
  detail: Shape<'AppraisalDetail'>;
  onDone: () => void;
}

export function DecideForm({ detail, onDone }: DecideFormProps) {
  const suggested = detail.evidence.suggestion.result.rating ?? null;
  const [result, setResult] = useState<Rating | null>(detail.result_rating ?? suggested);
  const [shown, setShown] = useState<Shown>(() =>
    Object.fromEntries(detail.behaviours.map((each) => [each.value, each])),
  );
  const [reason, setReason] = useState('');
  const doing = useDoing();
  const needed = asksReason(result, suggested);
  const ready = complete(result, shown) && (!needed || reason.trim());

  async function submit(event: Event) {
    event.preventDefault();
    if (!result) return;
    const body = {
      base_version: detail.version,
      result_rating: result,
      behaviour: VALUES.map((value) => ({
        value,
        rating: shown[value]?.rating ?? 'meets',
        example: shown[value]?.example.trim() ?? '',
      })),
      reason: reason.trim(),
    };
    const path = { appraisal_id: detail.id };
    if (
      await doing.run(() => ask('post', '/v1/appraisals/{appraisal_id}/decision', { path, body }))
    )
      onDone();
  }

  return (
    <form class="stack" onSubmit={submit}>
      <fieldset class="card">
        <legend>{t('lead.result_rating')}</legend>
        <Ratings name="result" value={result} onValue={setResult} />
        {needed && <p>{t(suggested ? 'lead.departs' : 'lead.none_suggested')}</p>}
      </fieldset>
      {VALUES.map((value) => (
        <fieldset class="card" key={value}>
          <legend>{t(`lead.value_${value}`)}</legend>
          <Ratings
            name={value}
            value={shown[value]?.rating ?? null}
            onValue={(rating) =>
              setShown({ ...shown, [value]: { example: '', ...shown[value], rating } })
            }
          />
          <TextArea
            label={t('lead.example')}
            rows={2}
            value={shown[value]?.example ?? ''}
            onValue={(example) =>
              setShown({ ...shown, [value]: { rating: null, ...shown[value], example } })
            }
          />
        </fieldset>
      ))}
      <TextArea
        label={t(needed ? 'lead.decision_reason' : 'lead.decision_reason_free')}
        value={reason}
        onValue={setReason}
        required={needed}
      />
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {!ready && <p class="soft">{t('lead.not_ready')}</p>}
      <button class="button primary wide" type="submit" disabled={doing.busy || !ready}>
        {t(doing.busy ? 'lead.going' : 'lead.decide')}
      </button>
    </form>
  );
}

interface RatingsProps {
  name: string;
  value: Rating | null;
  onValue: (rating: Rating) => void;
}

export function Ratings({ name, value, onValue }: RatingsProps) {
  return (
    <div class="row">
      {RATINGS.map((each) => (
        <label class="chip" key={each} aria-checked={undefined}>
          <input type="radio" name={name} checked={value === each} onChange={() => onValue(each)} />
          {t(`lead.rating_${each}`)}
        </label>
      ))}
    </div>
  );
}

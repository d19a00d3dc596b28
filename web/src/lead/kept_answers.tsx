/** How many answers wait on this phone, and words that the office did not take, with their text. */
import { useEffect } from 'preact/hooks';
import { Notice } from '../parts/card';
import { useDoing } from '../parts/doing';
import { t } from '../words/words';
import type { Key } from '../words/words';
import { answers, keptAnswers } from './answers';
import type { Arrival } from './answers';
import { deliver, keepDelivering } from './delivery';

export function KeptAnswers() {
  const doing = useDoing();
  useEffect(keepDelivering, []);
  const waiting = keptAnswers.value;
  const refused = [...answers.value].filter(([, each]) => each.state === 'failed' && each.text);
  return (
    <>
      {waiting > 0 && (
        <Notice tone="care">
          <p>{t('lead.kept_some', { n: waiting })}</p>
          <button
            class="button"
            type="button"
            disabled={doing.busy}
            onClick={() => void doing.run(deliver)}
          >
            {t(doing.busy ? 'lead.going' : 'lead.send_now')}
          </button>
        </Notice>
      )}
      {refused.map(([about, { why, text }]) => (
        <Notice tone="wrong" key={about}>
          <p>
            {t('lead.not_done')} {why}
          </p>
          <p class="note">{text}</p>
        </Notice>
      ))}
    </>
  );
}

/** What became of a word: the office has it, or this phone does. */
export function Arrived({ arrival, sent }: { arrival: Arrival; sent: Key }) {
  const done = arrival === 'done';
  return <Notice tone={done ? 'good' : 'care'}>{t(done ? sent : 'lead.kept')}</Notice>;
}

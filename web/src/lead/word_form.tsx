/** A word of feedback: its kind, sentences to begin from, and a next step where one is due. */
import { useState } from 'preact/hooks';
import { kept } from '../store/kept';
import { Notice } from '../parts/card';
import { Field } from '../parts/field';
import { useDoing } from '../parts/doing';
import { TextArea } from '../parts/text_area';
import { language, t } from '../words/words';
import type { Arrival, FeedbackKind, Word } from './answers';
import { Arrived } from './kept_answers';

const KINDS: readonly FeedbackKind[] = [
  'praise',
  'suggestion',
  'question',
  'correction',
  'comment',
];
const MOST_SENTENCES = 3;

/** A suggestion or a correction never goes without a next step. */
export function needsStep(kind: FeedbackKind): boolean {
  return kind === 'suggestion' || kind === 'correction';
}

interface WordFormProps {
  kind?: FeedbackKind;
  indicator?: string;
  send: (word: Word) => Promise<Arrival>;
}

export function WordForm({ kind: first = 'praise', indicator = '', send }: WordFormProps) {
  const [kind, setKind] = useState<FeedbackKind>(first);
  const [text, setText] = useState('');
  const [step, setStep] = useState('');
  const [arrival, setArrival] = useState<Arrival | null>(null);
  const doing = useDoing();
  const sentences = (kept('/v1/feedback/wordings').value.value ?? [])
    .filter((each) => each.kind === kind && each.language === language.value)
    .filter((each) => indicator || !each.text.includes('{indicator}'))
    .slice(0, MOST_SENTENCES)
    .map((each) =>
      each.text.replaceAll('{indicator}', indicator).replaceAll('{next_step}', step || '…'),
    );
  async function submit(event: Event) {
    event.preventDefault();
    const word = { kind, text: text.trim(), next_step: needsStep(kind) ? step.trim() : '' };
    if (await doing.run(async () => setArrival(await send(word)))) {
      setText('');
      setStep('');
    }
  }
  return (
    <form class="stack tight" onSubmit={submit}>
      <div class="row" role="group" aria-label={t('lead.word_kind')}>
        {KINDS.map((each) => (
          <button
            class="chip"
            type="button"
            key={each}
            aria-pressed={kind === each}
            onClick={() => (setKind(each), setArrival(null))}
          >
            {t(`feedback.${each}` as 'feedback.praise')}
          </button>
        ))}
      </div>
      {sentences.length > 0 && (
        <ul class="stack tight" aria-label={t('lead.word_begin')}>
          {sentences.map((each) => (
            <li key={each}>
              <button class="button wide start" type="button" onClick={() => setText(each)}>
                {each}
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextArea label={t('lead.word_text')} value={text} onValue={setText} required />
      {needsStep(kind) && (
        <Field
          label={t('lead.word_step')}
          hint={t('lead.word_step_hint')}
          value={step}
          required
          onInput={(event) => setStep(event.currentTarget.value)}
        />
      )}
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {arrival && <Arrived arrival={arrival} sent="lead.word_sent" />}
      <button class="button primary" type="submit" disabled={doing.busy || !text.trim()}>
        {t(doing.busy ? 'lead.going' : 'lead.word_send')}
      </button>
    </form>
  );
}

/** Proposing a target that I do not have yet: what is measured, how much, in which month, and why. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import { officeNow } from '../api/clock';
import type { Shape } from '../api/types';
import { Notice } from '../parts/card';
import { Dialog } from '../parts/dialog';
import { useDoing } from '../parts/doing';
import { Field } from '../parts/field';
import { useKeptText } from '../parts/kept_draft';
import { Labelled } from '../parts/labelled';
import { TextArea } from '../parts/text_area';
import { newId } from '../store/ids';
import { superior } from './ask_feedback';
import { calendarDay, month as monthName, zone } from '../words/dates';
import { t } from '../words/words';
import { read } from '../words/amounts';
import { monthAround, stepped } from './months';
import { Stepper } from './stepper';
import { instantOf } from './wall_time';

type Result = Pick<Shape<'ResultView'>, 'id' | 'title'>;

const MONTHS_AHEAD = [0, 1, 2]; // later ones come with the next agreement

interface ProposeTargetProps {
  /** Results of my agreement, one of which it may measure. */
  results: readonly Result[];
  onClose: () => void;
  onDone: () => void;
}

export function ProposeTarget({ results, onClose, onDone }: ProposeTargetProps) {
  const [indicator, setIndicator] = useState('');
  const [unit, setUnit] = useState('');
  const [quantity, setQuantity] = useState('1');
  const [ahead, setAhead] = useState(0);
  const [resultId, setResultId] = useState('');
  const [reason, setReason, dropReason] = useKeptText('proposal:new');
  const [id] = useState(newId);
  const doing = useDoing();
  const thisMonth = monthAround(calendarDay(officeNow()));
  const begin = (months: number) =>
    instantOf(`${stepped(thisMonth, months)}-01T00:00`, zone.value) ?? '';
  const amount = read(quantity);

  async function send(event: Event) {
    event.preventDefault();
    if (amount === null) return;
    const goal = {
      indicator: indicator.trim(),
      unit_of_measure: unit.trim(),
      quantity: amount,
      period_start: begin(ahead),
      period_end: begin(ahead + 1),
    };
    const body = { id, kind: 'new', body: goal, work_result_id: resultId || null, reason } as const;
    if (await doing.run(() => ask('post', '/v1/target-proposals', { body })))
      (dropReason(), onDone());
  }

  return (
    <Dialog title={t('proposal.new_title')} onClose={onClose}>
      <form class="stack" onSubmit={send}>
        <p class="soft">{t('proposal.new_hint', { name: superior() })}</p>
        <Field
          label={t('proposal.indicator')}
          hint={t('proposal.indicator_hint')}
          required
          maxLength={200}
          value={indicator}
          onInput={(event) => setIndicator(event.currentTarget.value)}
        />
        <Field
          label={t('proposal.unit')}
          hint={t('proposal.unit_hint')}
          required
          maxLength={50}
          value={unit}
          onInput={(event) => setUnit(event.currentTarget.value)}
        />
        <Stepper
          label={t('proposal.quantity', { unit: unit.trim() || t('proposal.unit') })}
          value={quantity}
          onValue={setQuantity}
          error={amount === null ? t('report.no_number') : ''}
        />
        <Choice
          label={t('proposal.month')}
          value={String(ahead)}
          options={MONTHS_AHEAD.map((each) => [String(each), monthName(begin(each))] as const)}
          onValue={(value) => setAhead(Number(value))}
        />
        {results.length > 0 && (
          <Choice
            label={t('proposal.result')}
            value={resultId}
            options={[
              ['', t('proposal.no_result')] as const,
              ...results.map(({ id: result, title }) => [result, title] as const),
            ]}
            onValue={setResultId}
          />
        )}
        <TextArea
          label={t('proposal.why')}
          hint={t('proposal.why_hint')}
          value={reason}
          onValue={setReason}
          required
        />
        {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
        <button class="button primary wide" type="submit" disabled={doing.busy}>
          {t('proposal.send')}
        </button>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly (readonly [value: string, word: string])[];
  onValue: (value: string) => void;
}

function Choice({ label, value, options, onValue }: ChoiceProps) {
  return (
    <Labelled label={label}>
      {(tie) => (
        <select {...tie} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {options.map(([each, word]) => (
            <option key={each} value={each}>
              {word}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** Proposing that a target of mine be another one: how much, and why. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import { Notice } from '../parts/card';
import { Dialog } from '../parts/dialog';
import { useDoing } from '../parts/doing';
import type { Target } from '../parts/pace';
import { useKeptText } from '../parts/kept_draft';
import { TextArea } from '../parts/text_area';
import { newId } from '../store/ids';
import { superior } from './ask_feedback';
import { t } from '../words/words';
import { read, written } from '../words/amounts';
import { Stepper } from './stepper';

interface ProposeChangeProps {
  target: Target;
  onClose: () => void;
  onDone: () => void;
}

export function ProposeChange({ target, onClose, onDone }: ProposeChangeProps) {
  const ranges = target.direction === 'range';
  const [quantity, setQuantity] = useState(written(target.quantity));
  const [low, setLow] = useState(written(target.low ?? 0));
  const [high, setHigh] = useState(written(target.high ?? 0));
  const [reason, setReason, dropReason] = useKeptText(`proposal:${target.id}`);
  const [id] = useState(newId);
  const doing = useDoing();
  const unit = target.unit_of_measure;
  const wished = ranges ? { low: read(low), high: read(high) } : { quantity: read(quantity) };
  const wrong = Object.values(wished).includes(null);
  const same = ranges
    ? wished.low === target.low && wished.high === target.high
    : wished.quantity === target.quantity;

  async function send(event: Event) {
    event.preventDefault();
    if (wrong || same) return;
    const body = { id, kind: 'change', target_id: target.id, body: wished, reason } as const;
    if (await doing.run(() => ask('post', '/v1/target-proposals', { body })))
      (dropReason(), onDone());
  }
  const noNumber = (text: string) => (read(text) === null ? t('report.no_number') : '');

  return (
    <Dialog title={t('target.propose')} onClose={onClose}>
      <form class="stack" onSubmit={send}>
        <p class="soft">{t('proposal.hint', { name: superior() })}</p>
        {ranges ? (
          <>
            <Stepper
              label={t('proposal.low', { unit })}
              value={low}
              onValue={setLow}
              error={noNumber(low)}
            />
            <Stepper
              label={t('proposal.high', { unit })}
              value={high}
              onValue={setHigh}
              error={noNumber(high)}
            />
          </>
        ) : (
          <Stepper
            label={t('proposal.quantity', { unit })}
            value={quantity}
            onValue={setQuantity}
            error={noNumber(quantity)}
          />
        )}
        <TextArea
          label={t('proposal.why')}
          hint={t('proposal.why_hint')}
          value={reason}
          onValue={setReason}
          required
        />
        {same && <p class="soft">{t('proposal.same')}</p>}
        {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
        <button class="button primary wide" type="submit" disabled={doing.busy || same || wrong}>
          {t('proposal.send')}
        </button>
      </form>
    </Dialog>
  );
}

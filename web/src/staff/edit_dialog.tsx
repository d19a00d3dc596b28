/** A report said anew: amount, note and time, each as it was. */
import { useState } from 'preact/hooks';
import { Notice } from '../parts/card';
import { Dialog } from '../parts/dialog';
import { t } from '../words/words';
import { useDoing } from './doing';
import { read, Stepper } from './stepper';
import { TextArea } from './text_area';
import { When } from './when';

export interface Edited {
  quantity: number;
  note: string;
  activity_at: string;
}

interface EditDialogProps {
  title: string;
  unit: string;
  first: Edited;
  onSave: (edited: Edited) => Promise<void>;
  onClose: () => void;
}

export function EditDialog({ title, unit, first, onSave, onClose }: EditDialogProps) {
  const [quantity, setQuantity] = useState(String(first.quantity));
  const [note, setNote] = useState(first.note);
  const [at, setAt] = useState<string | null>(first.activity_at);
  const doing = useDoing();
  const amount = read(quantity);
  async function save(event: Event) {
    event.preventDefault();
    if (amount === null) return;
    const edited = { quantity: amount, note, activity_at: at ?? first.activity_at };
    if (await doing.run(() => onSave(edited))) onClose();
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={save}>
        <Stepper
          label={t('report.how_much', { unit })}
          value={quantity}
          onValue={setQuantity}
          error={amount === null ? t('report.no_number') : ''}
        />
        <TextArea label={t('report.note')} value={note} onValue={setNote} />
        <When value={at} onValue={setAt} />
        {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
        <button class="button primary wide" type="submit" disabled={doing.busy}>
          {t('app.save')}
        </button>
      </form>
    </Dialog>
  );
}

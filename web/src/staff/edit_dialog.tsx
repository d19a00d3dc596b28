/** A report said anew: amount, note and time, each as it was; its target where that was refused. */
import { useState } from 'preact/hooks';
import { Notice } from '../parts/card';
import { Dialog } from '../parts/dialog';
import { t } from '../words/words';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';
import type { Target } from '../parts/pace';
import { read, written } from '../words/amounts';
import { Stepper } from './stepper';
import { Labelled } from '../parts/labelled';
import { TextArea } from '../parts/text_area';
import { When } from './when';

export interface Edited {
  quantity: number;
  note: string;
  activity_at: string;
  /** Another target than before; only where one could be chosen. */
  target?: Target;
}

interface EditDialogProps {
  title: string;
  unit: string;
  first: Edited;
  /** The target that it has now, where another may be chosen. */
  targetId?: string;
  onSave: (edited: Edited) => Promise<void>;
  onClose: () => void;
}

export function EditDialog({ title, unit, first, targetId, onSave, onClose }: EditDialogProps) {
  const [quantity, setQuantity] = useState(written(first.quantity));
  const [note, setNote] = useState(first.note);
  const [at, setAt] = useState<string | null>(first.activity_at);
  const [target, setTarget] = useState<Target>();
  const doing = useDoing();
  const amount = read(quantity);
  async function save(event: Event) {
    event.preventDefault();
    if (amount === null) return;
    const edited = { quantity: amount, note, activity_at: at ?? first.activity_at, target };
    if (await doing.run(() => onSave(edited))) onClose();
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={save}>
        {targetId && <TargetSelect targetId={targetId} onTarget={setTarget} />}
        <Stepper
          label={t('report.how_much', { unit: target?.unit_of_measure ?? unit })}
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

interface TargetSelectProps {
  targetId: string;
  onTarget: (target: Target | undefined) => void;
}

function TargetSelect({ targetId, onTarget }: TargetSelectProps) {
  const targets = useAsked('/v1/me/targets').value ?? [];
  const there = targets.some((each) => each.id === targetId);
  return (
    <Labelled label={t('report.target')}>
      {(tie) => (
        <select
          {...tie}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            onTarget(targets.find((each) => each.id === chosen));
          }}
        >
          {!there && <option value={targetId}>{t('report.which')}</option>}
          {targets.map((each) => (
            <option key={each.id} value={each.id} selected={each.id === targetId}>
              {each.indicator}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

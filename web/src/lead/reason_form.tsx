/** A "no" with its reason, which the other reads; never without. */
import { useState } from 'preact/hooks';
import { TextArea } from '../parts/text_area';
import { t } from '../words/words';

interface ReasonFormProps {
  hint: string;
  go: string;
  busy: boolean;
  onReason: (reason: string) => void;
  onCancel: () => void;
}

export function ReasonForm({ hint, go, busy, onReason, onCancel }: ReasonFormProps) {
  const [reason, setReason] = useState('');
  return (
    <form
      class="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) onReason(reason.trim());
      }}
    >
      <TextArea label={t('lead.reason')} hint={hint} value={reason} onValue={setReason} required />
      <div class="row">
        <button class="button primary" type="submit" disabled={busy || !reason.trim()}>
          {busy ? t('lead.going') : go}
        </button>
        <button class="button" type="button" onClick={onCancel}>
          {t('lead.cancel')}
        </button>
      </div>
    </form>
  );
}

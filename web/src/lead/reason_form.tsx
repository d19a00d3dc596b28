/** A "no" with its reason, which the other reads; never without. */
import { useState } from 'preact/hooks';
import { TextArea } from '../parts/text_area';
import { t } from '../words/words';
import type { Key } from '../words/words';

interface ReasonFormProps {
  hint: string;
  go: string;
  busy?: boolean;
  /** The usual reasons: each is one tap, and every word of it can be changed. */
  usual?: readonly Key[];
  onReason: (reason: string) => void;
  onCancel: () => void;
}

export function ReasonForm({
  hint,
  go,
  busy = false,
  usual = [],
  onReason,
  onCancel,
}: ReasonFormProps) {
  const [reason, setReason] = useState('');
  return (
    <form
      class="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) onReason(reason.trim());
      }}
    >
      {usual.length > 0 && (
        <div class="row">
          {usual.map((each) => (
            <button class="chip" type="button" key={each} onClick={() => setReason(t(each))}>
              {t(each)}
            </button>
          ))}
        </div>
      )}
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

const WHY_RETURNED = ['lead.reason_place', 'lead.reason_amount', 'lead.reason_evidence'] as const;

/** Why a report is returned. */
export function ReturnForm(given: Pick<ReasonFormProps, 'onReason' | 'onCancel'>) {
  return (
    <ReasonForm
      {...given}
      hint={t('lead.reason_hint')}
      go={t('lead.return_now')}
      usual={WHY_RETURNED}
    />
  );
}

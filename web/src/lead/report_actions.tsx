/** What a supervisor does with a report, within its card: praise, approve, return with a reason. */
import { useState } from 'preact/hooks';
import { Notice, State } from '../parts/card';
import { Icon } from '../parts/icon';
import { t } from '../words/words';
import { answers, decide, praise, praiseOf } from './answers';
import type { Answer } from './answers';
import { ReturnForm } from './reason_form';

interface ReportActionsProps {
  reportId: string;
  /** As it was read; a decision that has to wait is about this one. */
  version: number;
  /** It waits for a decision. */
  waiting: boolean;
  indicator: string;
  /** Whether I praised it, as far as the office has told. */
  isPraised?: boolean;
}

export function ReportActions(props: ReportActionsProps) {
  const { reportId, version, waiting, indicator, isPraised = false } = props;
  const [returning, setReturning] = useState(false);
  const answer = answers.value.get(reportId);
  const praised = answers.value.get(praiseOf(reportId));
  const busy = answer?.state === 'busy';
  const open = waiting && answer?.state !== 'done' && answer?.state !== 'kept';
  const isSaid = isPraised || praised?.state === 'done';
  const report = { id: reportId, version };
  return (
    <>
      <Outcome answer={answer} />
      <Outcome answer={praised} />
      <div class="actions">
        <button
          class="button"
          type="button"
          disabled={isSaid || praised?.state === 'busy' || praised?.state === 'kept'}
          onClick={() => void praise(reportId, t('lead.praise_text', { indicator }))}
        >
          <Icon name="praise" size={20} />
          {t(isSaid ? 'lead.praised' : 'lead.praise')}
        </button>
        {open && (
          <>
            <button
              class="button"
              type="button"
              disabled={busy}
              onClick={() => void decide([report], 'approve')}
            >
              <Icon name="approve" size={20} />
              {t('lead.approve')}
            </button>
            <button
              class="button"
              type="button"
              disabled={busy}
              aria-expanded={returning}
              onClick={() => setReturning(!returning)}
            >
              <Icon name="returned" size={20} />
              {t('lead.return')}
            </button>
          </>
        )}
        <Details reportId={reportId} />
      </div>
      {open && returning && (
        <ReturnForm
          onReason={(reason) => {
            setReturning(false);
            void decide([report], 'return', reason);
          }}
          onCancel={() => setReturning(false)}
        />
      )}
    </>
  );
}

/** To the photos of a report and to what happened with it. */
export function Details({ reportId }: { reportId: string }) {
  return (
    <a class="button quiet" href={`/reports/${reportId}`}>
      <Icon name="paper" size={20} />
      {t('photo.and_history')}
    </a>
  );
}

function Outcome({ answer }: { answer: Answer | undefined }) {
  if (!answer || answer.state === 'done') return null;
  if (answer.state === 'failed') {
    return (
      <Notice tone="wrong">
        {t('lead.not_done')} {answer.why}
      </Notice>
    );
  }
  if (answer.state === 'kept') {
    return (
      <State icon="outbox" tone="care">
        {t(`lead.kept_${answer.aim}`)} {t('lead.kept')}
      </State>
    );
  }
  return (
    <State icon="sending" tone="calm">
      {t('lead.going')}
    </State>
  );
}

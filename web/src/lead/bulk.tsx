/** Many reports decided at once: chosen by hand, said back before, each with its own result. */
import { useState } from 'preact/hooks';
import { Notice, State } from '../parts/card';
import { Dialog } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { exact, t } from '../words/words';
import { answers, decide } from './answers';
import type { Answer } from './answers';
import { ReturnForm } from './reason_form';

export interface Decidable {
  id: string;
  version: number;
  name: string;
  quantity: number;
  unit: string;
  indicator: string;
}

export function Bulk({ reports }: { reports: readonly Decidable[] }) {
  const [open, setOpen] = useState(false);
  const [decided, setDecided] = useState<readonly Decidable[]>([]);
  if (!reports.length && !decided.length) return null;
  return (
    <>
      {reports.length > 0 && (
        <button class="button" type="button" onClick={() => (setDecided(reports), setOpen(true))}>
          <Icon name="approve" size={20} />
          {t('lead.bulk', { n: reports.length })}
        </button>
      )}
      {open && <BulkDialog reports={decided} onClose={() => (setOpen(false), setDecided([]))} />}
    </>
  );
}

interface BulkDialogProps {
  reports: readonly Decidable[];
  onClose: () => void;
}

/** Says what will be decided, then what became of each. */
export function BulkDialog({ reports, onClose }: BulkDialogProps) {
  const [left, setLeft] = useState(() => new Set(reports.map((each) => each.id)));
  const [phase, setPhase] = useState<'choosing' | 'returning' | 'busy' | 'done'>('choosing');
  const chosen = reports.filter((each) => left.has(each.id));
  const count = (state: Answer['state']) =>
    chosen.filter(({ id }) => answers.value.get(id)?.state === state).length;
  const [failed, kept] = [count('failed'), count('kept')];

  async function go(aim: 'approve' | 'return', reason = '') {
    setPhase('busy');
    await decide(chosen, aim, reason);
    setPhase('done');
  }

  function toggle(id: string) {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    setLeft(next);
  }

  return (
    <Dialog title={t('lead.bulk_title')} onClose={onClose}>
      {phase === 'done' && (
        <Notice tone={failed || kept ? 'care' : 'good'}>
          {t('lead.bulk_done', { n: chosen.length - failed - kept })}
          {kept > 0 && ` ${t('lead.bulk_kept', { n: kept })}`}
          {failed > 0 && ` ${t('lead.bulk_failed', { n: failed })}`}
        </Notice>
      )}
      <ul class="stack tight">
        {reports.map((each) => (
          <li key={each.id}>
            <Choice
              report={each}
              chosen={left.has(each.id)}
              fixed={phase === 'busy' || phase === 'done'}
              onToggle={() => toggle(each.id)}
            />
          </li>
        ))}
      </ul>
      {phase === 'returning' && (
        <ReturnForm
          onReason={(reason) => void go('return', reason)}
          onCancel={() => setPhase('choosing')}
        />
      )}
      {phase === 'choosing' && (
        <div class="row dialog-actions">
          <button
            class="button primary"
            type="button"
            disabled={!chosen.length}
            onClick={() => void go('approve')}
          >
            {t('lead.bulk_approve', { n: chosen.length })}
          </button>
          <button
            class="button"
            type="button"
            disabled={!chosen.length}
            onClick={() => setPhase('returning')}
          >
            {t('lead.bulk_return', { n: chosen.length })}
          </button>
        </div>
      )}
      {phase === 'busy' && (
        <State icon="sending" tone="calm">
          {t('lead.going')}
        </State>
      )}
      {phase === 'done' && (
        <button class="button primary" type="button" onClick={onClose}>
          {t('app.close')}
        </button>
      )}
    </Dialog>
  );
}

interface ChoiceProps {
  report: Decidable;
  chosen: boolean;
  fixed: boolean;
  onToggle: () => void;
}

function Choice({ report, chosen, fixed, onToggle }: ChoiceProps) {
  const answer = answers.value.get(report.id);
  return (
    <label class="choice">
      <input type="checkbox" checked={chosen} disabled={fixed} onChange={onToggle} />
      <span>
        <strong>{report.name}</strong> ·{' '}
        <span class="numbers">
          {exact(report.quantity)} {report.unit} · {report.indicator}
        </span>
        {fixed && chosen && answer?.state === 'done' && (
          <State icon="approve" tone="good">
            {t(answer.aim === 'return' ? 'lead.returned' : 'lead.approved')}
          </State>
        )}
        {fixed && chosen && answer?.state === 'kept' && (
          <State icon="outbox" tone="care">
            {t('lead.kept')}
          </State>
        )}
        {fixed && chosen && answer?.state === 'failed' && (
          <State icon="alarm" tone="wrong">
            {t('lead.not_done')} {answer.why}
          </State>
        )}
      </span>
    </label>
  );
}

/** One item of the outbox with its state, its reason, and what one can do. */
import { useState } from 'preact/hooks';
import { Card, Notice, State } from '../parts/card';
import { discard, saveRevision, saveWithdrawal, takeUp, tryAgain } from '../store/outbox';
import type { OutboxItem } from '../store/signals';
import { moment } from '../words/dates';
import { language, t } from '../words/words';
import { useDoing } from '../parts/doing';
import { EditDialog } from './edit_dialog';
import type { Edited } from './edit_dialog';
import { lookOfItem, wordOf } from './outbox_look';
import { ItemSaid } from './item_said';

export function OutboxCard({ item }: { item: OutboxItem }) {
  const [editing, setEditing] = useState(false);
  const [giving, setGiving] = useState(false);
  const doing = useDoing();
  const look = lookOfItem(item.state);
  const isReport = item.op === 'report.create' || item.op === 'report.revise';
  const aside = item.state === 'quarantined' || item.state === 'conflict';
  const saved = item.state === 'saved';
  // What may be with the office already is taken back by a withdrawal, never just forgotten.
  const takesBack = saved && item.op === 'report.create';
  const forgets = aside || (saved && item.tries === 0);
  const reportId = item.reportId ?? '';

  async function save({ target, ...edited }: Edited) {
    if (!aside) return saveRevision({ report_id: reportId, ...edited }, item.shown);
    const part = target ? { ...edited, target_id: target.id } : edited;
    const shown = target && {
      indicator: target.indicator,
      unit_of_measure: target.unit_of_measure,
    };
    await takeUp(item.id, part, shown);
  }
  function giveUp() {
    return takesBack ? saveWithdrawal({ report_id: reportId }, item.shown) : discard(item.id);
  }

  return (
    <Card>
      <div class="row apart">
        <State icon={look.icon} tone={look.tone}>
          {wordOf(item)}
        </State>
        <span class="soft">{moment(item.savedAt, Date.now())}</span>
      </div>
      <h2>{item.shown.indicator ?? t(`op.${item.op}`)}</h2>
      {item.op !== 'report.create' && item.shown.indicator && (
        <p class="soft">{t(`op.${item.op}`)}</p>
      )}
      <ItemSaid item={item} amount={isReport} />
      {item.state === 'returned' && item.reason && (
        <Notice tone="care">
          {item.returnedBy && <strong>{item.returnedBy}: </strong>}
          {item.reason}
        </Notice>
      )}
      {aside && item.problem && (
        <Notice tone={item.state === 'conflict' ? 'care' : 'wrong'}>
          <p>{item.problem.texts[language.value]}</p>
          <p>{item.problem.action[language.value]}</p>
        </Notice>
      )}
      {item.state === 'saved' && item.tries > 0 && (
        <p class="soft">{t('outbox.tried', { n: item.tries })}</p>
      )}
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <div class="row">
        {item.state === 'returned' && (
          <a class="button primary" href={`/reports/${reportId}`}>
            {t('outbox.mend')}
          </a>
        )}
        {isReport && (aside || saved) && (
          <button class="button" type="button" onClick={() => setEditing(true)}>
            {t('outbox.edit')}
          </button>
        )}
        {aside && (
          <button
            class="button"
            type="button"
            disabled={doing.busy}
            onClick={() => void doing.run(() => tryAgain(item.id))}
          >
            {t(item.state === 'conflict' ? 'outbox.mine' : 'app.again')}
          </button>
        )}
        {(forgets || takesBack) && (
          <button class="button danger" type="button" onClick={() => setGiving(true)}>
            {t(
              item.state === 'conflict'
                ? 'outbox.theirs'
                : forgets
                  ? 'outbox.remove'
                  : 'outbox.withdraw',
            )}
          </button>
        )}
      </div>
      {editing && (
        <EditDialog
          title={t('outbox.edit')}
          unit={item.shown.unit_of_measure ?? ''}
          first={{
            quantity: item.part.quantity ?? 0,
            note: item.part.note ?? '',
            activity_at: item.part.activity_at ?? new Date(item.savedAt).toISOString(),
          }}
          targetId={aside && item.op === 'report.create' ? item.part.target_id : undefined}
          onSave={save}
          onClose={() => setEditing(false)}
        />
      )}
      {giving && (
        <div class="stack tight" role="alert">
          <p>{t(forgets ? 'outbox.remove_sure' : 'report_page.withdraw_sure')}</p>
          <div class="row">
            <button
              class="button danger"
              type="button"
              onClick={() => void doing.run(giveUp).then(() => setGiving(false))}
            >
              {t(forgets ? 'outbox.remove_yes' : 'outbox.withdraw')}
            </button>
            <button class="button" type="button" onClick={() => setGiving(false)}>
              {t('app.cancel')}
            </button>
          </div>
        </div>
      )}
    </Card>
  );
}

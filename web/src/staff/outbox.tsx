/** What this person did on this phone: where each thing is, why, and what one can do about it. */
import { useState } from 'preact/hooks';
import { officeNow } from '../api/clock';
import { Notice } from '../parts/card';
import { Icon } from '../parts/icon';
import { exportUnsent } from '../store/outbox';
import { outbox, sending, storage, unsent } from '../store/signals';
import { syncNow } from '../sync/sender';
import { calendarDay, clock } from '../words/dates';
import { language, t } from '../words/words';
import { OutboxCard } from './outbox_card';

export default function OutboxScreen() {
  const items = outbox.value;
  const open = items.filter((item) => item.state !== 'received');
  const done = items.filter((item) => item.state === 'received');
  return (
    <div class="stack">
      <h1>{t('outbox.title')}</h1>
      {storage.value === 'full' && <Notice tone="wrong">{t('outbox.full')}</Notice>}
      {storage.value === 'may_be_cleared' && unsent.value > 0 && (
        <Notice tone="care">{t('outbox.may_be_cleared')}</Notice>
      )}
      <SendingState />
      {open.map((item) => (
        <OutboxCard key={item.id} item={item} />
      ))}
      {!items.length && <p>{t('outbox.none')}</p>}
      {unsent.value > 0 && <Export />}
      {done.length > 0 && (
        <>
          <h2>{t('outbox.done')}</h2>
          {done.map((item) => (
            <OutboxCard key={item.id} item={item} />
          ))}
        </>
      )}
    </div>
  );
}

/** What the sender does now, and the button that makes it do so at once. */
function SendingState() {
  const { now, until, problem, lastAt } = sending.value;
  const goes = outbox.value.filter(({ state }) => state === 'saved' || state === 'sending');
  const waiting = goes.length;
  if (now === 'paused') {
    return (
      <Notice tone="care">
        <p>{t('outbox.paused')}</p>
        <a class="button primary" href="/sign-in">
          {t('sign_in.go')}
        </a>
      </Notice>
    );
  }
  const words =
    now === 'sending'
      ? t('outbox.sending_now')
      : now === 'waiting'
        ? [
            problem?.texts[language.value] ?? t('outbox.no_answer'),
            until ? t('outbox.again_at', { at: clock(until) }) : '',
          ].join(' ')
        : waiting
          ? t('outbox.waits')
          : t(unsent.value ? 'outbox.yours_to_do' : 'outbox.all_sent');
  return (
    <div class="stack tight">
      <p role="status">{words}</p>
      {lastAt && <p class="soft">{t('outbox.last_answer', { at: clock(lastAt) })}</p>}
      {waiting > 0 && (
        <button
          class="button primary wide"
          type="button"
          disabled={now === 'sending'}
          onClick={() => void syncNow()}
        >
          <Icon name="sending" />
          {t('outbox.sync_now', { n: waiting })}
        </button>
      )}
    </div>
  );
}

function Export() {
  const [made, setMade] = useState(false);
  async function save() {
    const address = URL.createObjectURL(await exportUnsent());
    const link = document.createElement('a');
    link.href = address;
    link.download = `denyut-${calendarDay(officeNow())}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    setMade(true);
  }
  return (
    <div class="stack tight">
      <button class="button wide" type="button" onClick={() => void save()}>
        <Icon name="export" />
        {t('outbox.export')}
      </button>
      <p class="soft">{t(made ? 'outbox.exported' : 'outbox.export_hint')}</p>
    </div>
  );
}

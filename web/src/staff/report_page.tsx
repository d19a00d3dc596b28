/** One report with all that became of it; a returned one beside the words that returned it. */
import { useState } from 'preact/hooks';
import type { ScreenProps } from '../app/routes';
import { go } from '../app/router';
import type { Shape } from '../api/types';
import { Card, Notice, State } from '../parts/card';
import { Icon } from '../parts/icon';
import { late } from '../parts/late';
import { saveRevision, saveWithdrawal } from '../store/outbox';
import { me } from '../store/session';
import { outbox } from '../store/signals';
import type { Op, OutboxItem } from '../store/signals';
import { moment } from '../words/dates';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';
import { AskDialog, AskedFor } from './ask_feedback';
import { read, written } from '../words/amounts';
import { useKeptDraft } from '../parts/kept_draft';
import { FeedbackCard } from './feedback_card';
import { EditDialog } from './edit_dialog';
import { StatusOf } from './report_line';
import { lookOfItem, wordOf } from './outbox_look';
import { Stepper } from './stepper';
import { TextArea } from '../parts/text_area';
import { When } from './when';
import './report_page.css';
import { ItemSaid } from './item_said';

const ReportPhotos = late(() => import('../evidence/report_photos'));

type History = Shape<'ReportHistory'>;

const SAYS_ANEW: ReadonlySet<Op> = new Set(['report.revise', 'report.withdraw']);

export default function ReportPage({ fills }: ScreenProps) {
  const report = useAsked('/v1/reports/{report_id}', { path: { report_id: fills.id ?? '' } });
  return (
    <div class="stack">
      <h1>{report.value?.indicator ?? t('report_page.yours')}</h1>
      <Answered asked={report}>
        {(history) => {
          const mine = history.employee_id === me.value?.employee.id;
          const open = ['received', 'revised', 'returned'].includes(history.status);
          const here = outbox.value.find(
            (item) => item.reportId === history.id && SAYS_ANEW.has(item.op),
          );
          return (
            <>
              <div class={history.status === 'returned' && mine ? 'beside' : 'stack'}>
                <Said history={history} />
                {history.status === 'returned' && mine && !here && <Mending history={history} />}
              </div>
              {mine && here && <SaidAnew item={here} />}
              {mine && open && !here && history.status !== 'returned' && (
                <Changing history={history} />
              )}
              <ReportPhotos reportId={history.id} mayTakeOff={mine && open} />
              {mine && history.status !== 'withdrawn' && <Asking reportId={history.id} />}
              {history.feedback.map((feedback) => (
                <FeedbackCard key={feedback.id} feedback={feedback} />
              ))}
              <Changes history={history} />
              {mine && open && !here && <Withdrawing history={history} />}
            </>
          );
        }}
      </Answered>
    </div>
  );
}

/** The report as the office has it. */
function Said({ history }: { history: History }) {
  return (
    <Card label={t('report_page.yours')}>
      <div class="row apart">
        <StatusOf status={history.status} />
        <span class="numbers">{t('report_page.receipt', { receipt: history.receipt })}</span>
      </div>
      <p class="numbers">
        <strong>
          {t('outbox.amount', { n: history.quantity, unit: history.unit_of_measure })}
        </strong>
      </p>
      {history.note && <p>{history.note}</p>}
      <p class="soft">{t('report_page.done_at', { at: moment(history.activity_at) })}</p>
      <p class="soft">{t('report_page.arrived_at', { at: moment(history.received_at) })}</p>
      {history.decided_by_name && history.decided_at && (
        <p class="soft">
          {t('report_page.decided', {
            name: history.decided_by_name,
            at: moment(history.decided_at),
          })}
        </p>
      )}
      {history.reported_by_name && (
        <p class="soft">{t('report_page.reported_by', { name: history.reported_by_name })}</p>
      )}
      {history.flags.includes('outage') && <p>{t('report_page.outage')}</p>}
    </Card>
  );
}

/** Says it anew, with the reason above and the old words beside. */
function Mending({ history }: { history: History }) {
  const { typed, change, drop } = useKeptDraft(`anew:${history.id}:${history.version}`, {
    quantity: written(history.quantity),
    note: history.note,
    activityAt: history.activity_at,
  });
  const { quantity, note, activityAt: at } = typed;
  const doing = useDoing();
  const amount = read(quantity);
  const reason = history.feedback.filter((each) => each.kind === 'correction').pop();
  async function save(event: Event) {
    event.preventDefault();
    if (amount === null) return;
    const { id: report_id, version: base_version, indicator, unit_of_measure } = history;
    const activity_at = at ?? history.activity_at;
    const revision = { report_id, quantity: amount, note, activity_at, base_version };
    const saved = await doing.run(() => saveRevision(revision, { indicator, unit_of_measure }));
    if (saved) (drop(), go('/outbox'));
  }
  return (
    <form class="card" onSubmit={save} aria-label={t('report_page.anew')}>
      <h2>{t('report_page.anew')}</h2>
      {reason && (
        <Notice tone="care">
          <strong>{reason.author_name}: </strong>
          {reason.text}
          {reason.next_step && <p>{reason.next_step}</p>}
        </Notice>
      )}
      <Stepper
        label={t('report.how_much', { unit: history.unit_of_measure })}
        value={quantity}
        onValue={(value) => change({ quantity: value })}
        error={amount === null ? t('report.no_number') : ''}
      />
      <TextArea
        label={t('report.note')}
        value={note}
        onValue={(value) => change({ note: value })}
      />
      <When value={at} onValue={(value) => change({ activityAt: value })} />
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <button class="button primary wide" type="submit" disabled={doing.busy}>
        {t('report_page.save')}
      </button>
    </form>
  );
}

/** What I have said since on this phone, which the office does not show yet. */
function SaidAnew({ item }: { item: OutboxItem }) {
  const look = lookOfItem(item.state);
  return (
    <Card label={t(`op.${item.op}`)}>
      <h2>{t(`op.${item.op}`)}</h2>
      <div class="row apart">
        <State icon={look.icon} tone={look.tone}>
          {wordOf(item)}
        </State>
        <a class="button quiet" href="/outbox">
          {t('outbox.title')}
        </a>
      </div>
      <ItemSaid item={item} amount={item.op === 'report.revise'} />
    </Card>
  );
}

/** Saying otherwise what nobody has decided on yet. */
function Changing({ history }: { history: History }) {
  const [open, setOpen] = useState(false);
  const { id: report_id, version: base_version, indicator, unit_of_measure } = history;
  return (
    <>
      <button class="button wide" type="button" onClick={() => setOpen(true)}>
        <Icon name="edit" />
        {t('outbox.edit')}
      </button>
      {open && (
        <EditDialog
          title={t('outbox.edit')}
          unit={unit_of_measure}
          first={history}
          onSave={({ quantity, note, activity_at }) =>
            saveRevision(
              { report_id, quantity, note, activity_at, base_version },
              { indicator, unit_of_measure },
            )
          }
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** My question about it to whoever decides. */
function Asking({ reportId }: { reportId: string }) {
  const [asking, setAsking] = useState(false);
  const requests = useAsked('/v1/me/feedback-requests');
  const about = { report_id: reportId };
  return (
    <>
      <AskedFor asked={requests} about={about} />
      <button class="button wide" type="button" onClick={() => setAsking(true)}>
        <Icon name="comment" />
        {t('feedback.ask')}
      </button>
      {asking && (
        <AskDialog
          about={about}
          onClose={() => setAsking(false)}
          onDone={() => (setAsking(false), void requests.again())}
        />
      )}
    </>
  );
}

function Changes({ history }: { history: History }) {
  if (!history.changes.length) return null;
  return (
    <section class="stack tight">
      <h2>{t('report_page.before')}</h2>
      {history.changes.map((change) => (
        <Card key={change.version}>
          <p class="soft">{moment(change.made_at)}</p>
          <p class="numbers">
            {t('outbox.amount', { n: change.quantity_before, unit: history.unit_of_measure })}
          </p>
          {change.note_before && <p>{change.note_before}</p>}
        </Card>
      ))}
    </section>
  );
}

function Withdrawing({ history }: { history: History }) {
  const [sure, setSure] = useState(false);
  const doing = useDoing();
  async function withdraw() {
    const { id: report_id, version: base_version, indicator, unit_of_measure } = history;
    const part = { report_id, base_version };
    if (await doing.run(() => saveWithdrawal(part, { indicator, unit_of_measure }))) go('/outbox');
  }
  if (!sure) {
    return (
      <button class="button quiet" type="button" onClick={() => setSure(true)}>
        {t('report_page.withdraw')}
      </button>
    );
  }
  return (
    <div class="stack tight" role="alert">
      <p>{t('report_page.withdraw_sure')}</p>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <div class="row">
        <button class="button danger" type="button" onClick={() => void withdraw()}>
          {t('report_page.withdraw')}
        </button>
        <button class="button" type="button" onClick={() => setSure(false)}>
          {t('app.cancel')}
        </button>
      </div>
    </div>
  );
}

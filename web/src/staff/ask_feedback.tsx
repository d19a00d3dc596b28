/** Asking for a word on a report, a target or a month of mine, and what was asked. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import { path } from '../app/router';
import type { Shape } from '../api/types';
import type { Asked } from '../parts/asked';
import { Card, Notice, State } from '../parts/card';
import { Dialog } from '../parts/dialog';
import { useDoing } from '../parts/doing';
import { useKeptText } from '../parts/kept_draft';
import { TextArea } from '../parts/text_area';
import { newId } from '../store/ids';
import { me } from '../store/session';
import { moment, month } from '../words/dates';
import { t } from '../words/words';

type Request = Shape<'FeedbackRequestView'>;
/** Exactly one of these. */
export type About = Partial<Pick<Request, 'report_id' | 'target_id' | 'period'>>;

interface AskedForProps {
  asked: Asked<Request[]>;
  /** Only what was asked about this. */
  about?: About;
}

/** What I asked and nobody has answered yet. */
export function AskedFor({ asked, about }: AskedForProps) {
  const doing = useDoing();
  const open = (asked.value ?? []).filter(
    (each) => !each.answered_at && !each.withdrawn_at && (!about || isAbout(each, about)),
  );
  async function withdraw(request: Request) {
    const path = { request_id: request.id };
    await doing.run(() => ask('post', '/v1/feedback-requests/{request_id}/withdrawal', { path }));
    await asked.again();
  }
  return (
    <>
      {open.map((request) => (
        <Card key={request.id}>
          <div class="row apart">
            <State icon="history" tone="calm">
              {t('feedback.asked')}
            </State>
            <span class="soft">{moment(request.made_at)}</span>
          </div>
          <p>{request.question}</p>
          <p class="soft">{t('feedback.asked_of', { name: request.asked_name })}</p>
          <div class="row">
            <Subject request={request} />
            <button
              class="button quiet"
              type="button"
              disabled={doing.busy}
              onClick={() => void withdraw(request)}
            >
              {t('feedback.withdraw')}
            </button>
          </div>
        </Card>
      ))}
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
    </>
  );
}

function isAbout(request: Request, about: About): boolean {
  return (
    (request.report_id ?? null) === (about.report_id ?? null) &&
    (request.target_id ?? null) === (about.target_id ?? null) &&
    (request.period ?? null) === (about.period ?? null)
  );
}

/** What a question is about, and the way there from elsewhere. */
function Subject({ request }: { request: Request }) {
  const { report_id, target_id, period } = request;
  if (period) return <span>{monthOf(period)}</span>;
  const to = report_id ? `/reports/${report_id}` : `/targets/${target_id}`;
  if (path.value === to) return null;
  return (
    <a class="button quiet" href={to}>
      {t(report_id ? 'feedback.to_report' : 'feedback.to_target')}
    </a>
  );
}

function monthOf(period: string): string {
  return /^\d{4}-\d{2}$/.test(period) ? month(`${period}-15`) : period;
}

interface AskDialogProps {
  about: About;
  /** Other months that may be asked about; of a question about a month only. */
  months?: readonly string[];
  onClose: () => void;
  onDone: () => void;
}

export function AskDialog({ about, months = [], onClose, onDone }: AskDialogProps) {
  const [question, setQuestion, dropQuestion] = useKeptText(
    `question:${about.report_id ?? about.target_id ?? 'month'}`,
  );
  const [period, setPeriod] = useState(about.period);
  const [id] = useState(newId);
  const doing = useDoing();
  const name = superior();
  async function send(event: Event) {
    event.preventDefault();
    const body = { ...about, id, question, ...(period ? { period } : {}) };
    if (await doing.run(() => ask('post', '/v1/feedback-requests', { body }))) {
      dropQuestion();
      onDone();
    }
  }
  return (
    <Dialog title={t('feedback.ask')} onClose={onClose}>
      <form class="stack" onSubmit={send}>
        <p class="soft">{t(hintOf(about), { name })}</p>
        {period && months.length > 0 && (
          <div class="row" role="group" aria-label={t('feedback.month')}>
            {months.map((each) => (
              <button
                key={each}
                class="chip"
                type="button"
                aria-pressed={period === each}
                onClick={() => setPeriod(each)}
              >
                {monthOf(each)}
              </button>
            ))}
          </div>
        )}
        <TextArea
          label={t('feedback.question_label')}
          value={question}
          onValue={setQuestion}
          required
        />
        {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
        <button class="button primary wide" type="submit" disabled={doing.busy}>
          {t('app.send')}
        </button>
      </form>
    </Dialog>
  );
}

/** Whoever decides for me, as they are called. */
export function superior(): string {
  return me.value?.supervisor?.name ?? t('feedback.superior');
}

function hintOf({ report_id, target_id }: About) {
  if (report_id) return 'feedback.ask_report';
  return target_id ? 'feedback.ask_target' : 'feedback.ask_about';
}

/** What my supervisor said, and what I asked them. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import { officeNow } from '../api/clock';
import { Card, Notice, State } from '../parts/card';
import { Dialog } from '../parts/dialog';
import { newId } from '../store/ids';
import { me } from '../store/session';
import { calendarDay, moment } from '../words/dates';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import type { Asked } from '../parts/asked';
import { useDoing } from '../parts/doing';
import { FeedbackCard } from './feedback_card';
import { INBOX_TABS, Tabs } from './tabs';
import { TextArea } from '../parts/text_area';
import type { Shape } from '../api/types';

type Request = Shape<'FeedbackRequestView'>;

export default function FeedbackScreen() {
  const personId = me.value?.employee.id ?? '';
  const feedback = useAsked('/v1/people/{person_id}/feedback', {
    path: { person_id: personId },
    query: { limit: 50 },
  });
  const requests = useAsked('/v1/me/feedback-requests');
  const [asking, setAsking] = useState(false);
  return (
    <div class="stack">
      <h1>{t('inbox.title')}</h1>
      <Tabs of={INBOX_TABS} />
      <button class="button wide" type="button" onClick={() => setAsking(true)}>
        {t('feedback.ask')}
      </button>
      <Requests asked={requests} />
      <Answered asked={feedback}>
        {({ items }) =>
          items.length ? (
            items.map((each) => <FeedbackCard key={each.id} feedback={each} />)
          ) : (
            <p>{t('feedback.none')}</p>
          )
        }
      </Answered>
      {asking && (
        <AskDialog
          onClose={() => setAsking(false)}
          onDone={() => (setAsking(false), void requests.again())}
        />
      )}
    </div>
  );
}

function Requests({ asked }: { asked: Asked<Request[]> }) {
  const doing = useDoing();
  const open = (asked.value ?? []).filter((each) => !each.answered_at && !each.withdrawn_at);
  async function withdraw(request: Request) {
    const path = { request_id: request.id };
    await doing.run(() => ask('post', '/v1/feedback-requests/{request_id}/withdrawal', { path }));
    await asked.again();
  }
  if (!open.length) return null;
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

function AskDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [question, setQuestion] = useState('');
  const [id] = useState(() => newId());
  const doing = useDoing();
  async function send(event: Event) {
    event.preventDefault();
    const body = { id, question, period: calendarDay(officeNow()).slice(0, 7) };
    if (await doing.run(() => ask('post', '/v1/feedback-requests', { body }))) onDone();
  }
  return (
    <Dialog title={t('feedback.ask')} onClose={onClose}>
      <form class="stack" onSubmit={send}>
        <p class="soft">{t('feedback.ask_about', { name: me.value?.supervisor?.name ?? '' })}</p>
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

/** A word of the supervisor: what it says, what comes next, and that it was read and answered. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import { path } from '../app/router';
import type { Shape } from '../api/types';
import { Card, Notice, State } from '../parts/card';
import type { Tone } from '../parts/card';
import { Dialog } from '../parts/dialog';
import type { IconName } from '../parts/icon';
import { saveAcknowledgement } from '../store/outbox';
import { readHere } from '../store/signals';
import { me } from '../store/session';
import { moment } from '../words/dates';
import { t } from '../words/words';
import { useDoing } from '../parts/doing';
import { useKeptText } from '../parts/kept_draft';
import { TextArea } from '../parts/text_area';

export type Feedback = Shape<'FeedbackView'>;

const LOOKS: Record<Feedback['kind'], { icon: IconName; tone: Tone }> = {
  praise: { icon: 'praise', tone: 'good' },
  suggestion: { icon: 'comment', tone: 'calm' },
  question: { icon: 'info', tone: 'calm' },
  correction: { icon: 'returned', tone: 'care' },
  comment: { icon: 'comment', tone: 'calm' },
};

export function FeedbackCard({ feedback: given }: { feedback: Feedback }) {
  const [answered, setAnswered] = useState<Feedback | null>(null);
  const feedback = answered ?? given;
  const [answering, setAnswering] = useState(false);
  const [tapped, setTapped] = useState(false);
  const read = Boolean(feedback.acknowledged_at) || tapped || readHere(given.id);
  const doing = useDoing();
  const look = LOOKS[feedback.kind];
  const mine = feedback.employee_id === me.value?.employee.id;

  function acknowledge() {
    setTapped(true);
    void doing.run(() => saveAcknowledgement(given.id)).then((done) => done || setTapped(false));
  }

  return (
    <Card label={t(`feedback.${feedback.kind}`)}>
      <div class="row apart">
        <State icon={look.icon} tone={look.tone}>
          {t(`feedback.${feedback.kind}`)}
        </State>
        <span class="soft">{moment(feedback.made_at)}</span>
      </div>
      <p>{feedback.text}</p>
      {feedback.next_step && (
        <p>
          <strong>{t('feedback.next_step')}</strong> {feedback.next_step}
        </p>
      )}
      <p class="soft">{feedback.author_name}</p>
      {feedback.answer && (
        <p>
          <strong>{t('feedback.your_answer')}</strong> {feedback.answer}
        </p>
      )}
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {mine && (
        <div class="row">
          {read ? (
            <State icon="approve" tone="good">
              {t('feedback.read')}
            </State>
          ) : (
            <button class="button primary" type="button" onClick={acknowledge}>
              {t('feedback.acknowledge')}
            </button>
          )}
          {!feedback.answer && (
            <button class="button" type="button" onClick={() => setAnswering(true)}>
              {t('feedback.answer')}
            </button>
          )}
          {feedback.report_id && !path.value.endsWith(feedback.report_id) && (
            <a class="button quiet" href={`/reports/${feedback.report_id}`}>
              {t('feedback.to_report')}
            </a>
          )}
        </div>
      )}
      {answering && (
        <AnswerDialog
          feedback={feedback}
          onClose={() => setAnswering(false)}
          onDone={(newer) => (setAnswered(newer), setAnswering(false))}
        />
      )}
    </Card>
  );
}

interface AnswerDialogProps {
  feedback: Feedback;
  onClose: () => void;
  onDone: (newer: Feedback) => void;
}

function AnswerDialog({ feedback, onClose, onDone }: AnswerDialogProps) {
  const [answer, setAnswer, dropAnswer] = useKeptText(`answer:${feedback.id}`);
  const doing = useDoing();
  async function send(event: Event) {
    event.preventDefault();
    await doing.run(async () => {
      const path = { feedback_id: feedback.id };
      const newer = await ask('post', '/v1/feedback/{feedback_id}/answer', {
        path,
        body: { answer },
      });
      dropAnswer();
      onDone(newer);
    });
  }
  return (
    <Dialog title={t('feedback.answer')} onClose={onClose}>
      <form class="stack" onSubmit={send}>
        <p class="soft">{feedback.text}</p>
        <TextArea label={t('feedback.answer_label')} value={answer} onValue={setAnswer} required />
        {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
        <button class="button primary wide" type="submit" disabled={doing.busy}>
          {t('app.send')}
        </button>
      </form>
    </Dialog>
  );
}

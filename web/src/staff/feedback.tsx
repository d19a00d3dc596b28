/** What my supervisor said, and what I asked them. */
import { useState } from 'preact/hooks';
import { officeNow } from '../api/clock';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { me } from '../store/session';
import { calendarDay } from '../words/dates';
import { t } from '../words/words';
import { AskDialog, AskedFor } from './ask_feedback';
import { FeedbackCard } from './feedback_card';
import { monthAround, stepped } from './months';
import { INBOX_TABS, Tabs } from './tabs';

const MONTHS_BACK = [0, -1, -2];

export default function FeedbackScreen() {
  const feedback = useAsked('/v1/people/{person_id}/feedback', {
    path: { person_id: me.value?.employee.id ?? '' },
    query: { limit: 50 },
  });
  const requests = useAsked('/v1/me/feedback-requests');
  const [asking, setAsking] = useState(false);
  const period = monthAround(calendarDay(officeNow()));
  return (
    <div class="stack">
      <h1>{t('inbox.title')}</h1>
      <Tabs of={INBOX_TABS} />
      <button class="button wide" type="button" onClick={() => setAsking(true)}>
        {t('feedback.ask')}
      </button>
      <AskedFor asked={requests} />
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
          about={{ period }}
          months={MONTHS_BACK.map((back) => stepped(period, back))}
          onClose={() => setAsking(false)}
          onDone={() => (setAsking(false), void requests.again())}
        />
      )}
    </div>
  );
}

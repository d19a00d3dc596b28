/** Short lessons, announcements and trainings that are for me. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import { Card, Notice, State } from '../parts/card';
import { clock, day, moment } from '../words/dates';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';

type Announcement = Shape<'AnnouncementView'>;
type Training = Shape<'TrainingView'>;

export default function LessonsScreen() {
  const announcements = useAsked('/v1/announcements');
  const trainings = useAsked('/v1/trainings');
  return (
    <div class="stack">
      <h1>{t('more.lessons')}</h1>
      {trainings.value && trainings.value.length > 0 && (
        <>
          <h2>{t('lessons.trainings')}</h2>
          {trainings.value.map((training) => (
            <TrainingCard key={training.id} training={training} />
          ))}
        </>
      )}
      <Answered asked={announcements}>
        {(list) =>
          list.length ? (
            list.map((each) => <AnnouncementCard key={each.id} announcement={each} />)
          ) : (
            <p>{t('lessons.none')}</p>
          )
        }
      </Answered>
    </div>
  );
}

function AnnouncementCard({ announcement }: { announcement: Announcement }) {
  const [read, setRead] = useState(Boolean(announcement.read_at));
  const doing = useDoing();
  const lesson = announcement.kind === 'lesson';
  const path = { announcement_id: announcement.id };
  async function markRead() {
    const said = () => ask('post', '/v1/announcements/{announcement_id}/reading', { path });
    if (await doing.run(said)) setRead(true);
  }
  return (
    <Card>
      <div class="row apart">
        <State icon={lesson ? 'book' : 'bell'} tone="calm">
          {lesson ? t('lessons.lesson', { n: announcement.minutes }) : t('lessons.announcement')}
        </State>
        <span class="soft">{moment(announcement.made_at)}</span>
      </div>
      <h2>{announcement.title}</h2>
      <p>{announcement.body}</p>
      <p class="soft">{announcement.unit_name}</p>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <div class="row">
        {read ? (
          <State icon="approve" tone="good">
            {t('feedback.read')}
          </State>
        ) : (
          <button
            class="button"
            type="button"
            disabled={doing.busy}
            onClick={() => void markRead()}
          >
            {t('feedback.acknowledge')}
          </button>
        )}
      </div>
    </Card>
  );
}

function TrainingCard({ training }: { training: Training }) {
  return (
    <Card>
      <h3>{training.title}</h3>
      <p>{t('lessons.when', { day: day(training.starts_at), at: clock(training.starts_at) })}</p>
      {training.place && <p class="soft">{training.place}</p>}
      {training.state === 'attended' && (
        <div>
          <State icon="approve" tone="good">
            {t('lessons.attended')}
          </State>
        </div>
      )}
    </Card>
  );
}

/** The first week: seven steps that the service sees by itself, practice, and offers of help. */
import { ask } from '../api/client';
import { officeNow } from '../api/clock';
import type { Shape } from '../api/types';
import { Card, Notice, State } from '../parts/card';
import { Icon } from '../parts/icon';
import { practise } from '../store/practice';
import { me } from '../store/session';
import { practice } from '../store/signals';
import { moment } from '../words/dates';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import type { Asked } from '../parts/asked';
import { useDoing } from '../parts/doing';

type Checklist = Shape<'ChecklistView'>;
type Step = Checklist['steps'][number]['step'];

const PLACES: Partial<Record<Step, string>> = {
  phone_reached: '/settings/notices',
  first_practice: '/report',
  first_report: '/report',
  first_feedback_read: '/feedback',
  first_lesson: '/lessons',
};

export default function FirstWeekScreen() {
  const checklist = useAsked('/v1/me/checklist');
  return (
    <div class="stack">
      <h1>{t('more.first_week')}</h1>
      <Mentor />
      <Offers />
      <Answered asked={checklist}>
        {({ steps }) => (
          <ol class="stack tight">
            {steps.map(({ step, done_at }) => (
              <li key={step}>
                <Card>
                  <div class="row apart">
                    <strong>{t(`step.${step}`)}</strong>
                    <State icon={done_at ? 'approve' : 'next'} tone={done_at ? 'good' : 'calm'}>
                      {t(done_at ? 'step.done' : 'step.open')}
                    </State>
                  </div>
                  {!done_at && <StepWay step={step} asked={checklist} />}
                </Card>
              </li>
            ))}
          </ol>
        )}
      </Answered>
      <Practised />
    </div>
  );
}

function StepWay({ step, asked }: { step: Step; asked: Asked<Checklist> }) {
  const doing = useDoing();
  if (step === 'profile_checked') {
    const path = { step };
    return (
      <>
        <p>{[me.value?.employee.name, me.value?.employee.unit_name].join(', ')}</p>
        {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
        <button
          class="button"
          type="button"
          disabled={doing.busy}
          onClick={() =>
            void doing
              .run(() => ask('post', '/v1/me/checklist/{step}', { path }))
              .then(() => asked.again())
          }
        >
          {t('step.profile_right')}
        </button>
      </>
    );
  }
  const place = PLACES[step];
  if (!place) return null;
  return (
    <a class="button" href={place} onClick={() => step === 'first_practice' && practise(true)}>
      {t(step === 'first_practice' ? 'step.practise' : 'step.go')}
    </a>
  );
}

/** What was practised: it counts nowhere and may be thrown away. */
function Practised() {
  const reports = useAsked('/v1/me/practice-reports');
  const doing = useDoing();
  const list = reports.value ?? [];
  return (
    <section class="stack tight">
      <h2>{t('practice.title')}</h2>
      <p>{t('practice.what')}</p>
      <button
        class="button wide"
        type="button"
        role="switch"
        aria-checked={practice.value}
        onClick={() => practise(!practice.value)}
      >
        <Icon name="report" />
        {t(practice.value ? 'practice.end' : 'practice.begin')}
      </button>
      {list.map((report) => (
        <Card key={report.id}>
          <div class="row apart">
            <State icon="info" tone="calm">
              {report.receipt ?? ''}
            </State>
            <span class="soft">{moment(report.made_at)}</span>
          </div>
          <p>
            {report.indicator}{' '}
            {t('outbox.amount', { n: report.quantity, unit: report.unit_of_measure ?? '' })}
          </p>
        </Card>
      ))}
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {list.length > 0 && (
        <button
          class="button"
          type="button"
          disabled={doing.busy}
          onClick={() =>
            void doing
              .run(() => ask('delete', '/v1/me/practice-reports'))
              .then(() => reports.again())
          }
        >
          {t('practice.forget')}
        </button>
      )}
    </section>
  );
}

/** Who may capture reports for me, if anybody does. */
function Mentor() {
  const query = { employee_id: me.value?.employee.id };
  const all = useAsked('/v1/mentorships', { query }).value ?? [];
  const now = officeNow();
  const mine = all.find(
    ({ valid_from, valid_to }) =>
      Date.parse(valid_from) <= now && (!valid_to || Date.parse(valid_to) > now),
  );
  if (!mine) return null;
  return (
    <Card>
      <h2>{t('mentor.yours', { name: mine.mentor_name })}</h2>
      <p>{t('mentor.may')}</p>
    </Card>
  );
}

function Offers() {
  const path = { person_id: me.value?.employee.id ?? '' };
  const offers = useAsked('/v1/people/{person_id}/help-offers', { path });
  const doing = useDoing();
  const open = (offers.value ?? []).filter((offer) => offer.state === 'open');
  const taken = (offers.value ?? []).filter((offer) => offer.state === 'accepted');
  async function answer(id: string, state: 'accepted' | 'declined') {
    const asking = { path: { offer_id: id }, body: { state } };
    await doing.run(() => ask('post', '/v1/help-offers/{offer_id}/answer', asking));
    await offers.again();
  }
  return (
    <>
      {open.map((offer) => (
        <Card key={offer.id}>
          <h2>{t('help.offered', { name: offer.offered_by_name })}</h2>
          <p>{offer.text}</p>
          <div class="row">
            <button
              class="button primary"
              type="button"
              disabled={doing.busy}
              onClick={() => void answer(offer.id, 'accepted')}
            >
              {t('help.accept')}
            </button>
            <button
              class="button"
              type="button"
              disabled={doing.busy}
              onClick={() => void answer(offer.id, 'declined')}
            >
              {t('help.decline')}
            </button>
          </div>
        </Card>
      ))}
      {taken.map((offer) => (
        <Card key={offer.id}>
          <div>
            <State icon="approve" tone="good">
              {t('help.accepted', { name: offer.offered_by_name })}
            </State>
          </div>
          <p>{offer.text}</p>
        </Card>
      ))}
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
    </>
  );
}

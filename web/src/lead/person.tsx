/** A person: their targets, what they reported, and one conversation. */
import { useState } from 'preact/hooks';
import type { Shape } from '../api/types';
import { State } from '../parts/card';
import { Icon } from '../parts/icon';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { adds, amount, rest, worstFirst } from '../parts/pace';
import { me } from '../store/session';
import { calendarDay, moment } from '../words/dates';
import { t } from '../words/words';
import { sayOnPeriod, sayOnTarget } from './answers';
import { contactOf, contactSaid } from './contact';
import { conversationOf } from './conversation';
import type { Turn } from './conversation';
import { Course } from './course_view';
import { Flags } from './feed_card';
import { HelpOffer } from './help_offer';
import { KeptAnswers } from './kept_answers';
import './lead.css';
import { Details, ReportActions } from './report_actions';
import { ReportLine } from './report_line';
import { decides, mayAnswer } from './scope';
import { Spark } from './spark_line';
import { Pace } from './standing';
import { WordForm } from './word_form';

export default function PersonScreen({ fills }: { fills: Record<string, string> }) {
  const path = { person_id: fills.id ?? '' };
  const person = useAsked('/v1/people/{person_id}', { path });
  return (
    <div class="stack">
      {!person.value && <h1>{t('lead.person')}</h1>}
      <Answered asked={person}>{(known) => <Known person={known} key={known.id} />}</Answered>
    </div>
  );
}

function Known({ person }: { person: Shape<'Employee'> }) {
  const path = { person_id: person.id };
  const targets = useAsked('/v1/people/{person_id}/targets', { path });
  const contact = useAsked('/v1/people/{person_id}/contact', { path });
  const reports = useAsked('/v1/reports', { query: { employee_id: person.id, limit: 50 } });
  const said = useAsked('/v1/people/{person_id}/feedback', { path, query: { limit: 50 } });
  const again = () => void Promise.all([reports.again(), said.again()]);
  return (
    <div class="stack">
      <div>
        <h1>{person.name}</h1>
        <p class="soft">{[person.job_title, person.unit_name].filter(Boolean).join(' · ')}</p>
        {contact.value && <Contact contact={contact.value} />}
      </div>
      <KeptAnswers />
      {mayAnswer(person.id) && <Doors person={person} onSaid={again} />}
      <h2>{t('lead.targets')}</h2>
      <Answered asked={targets}>
        {(list) =>
          list.length ? (
            <ul class="stack">
              {worstFirst(list).map((target) => (
                <li key={target.id}>
                  <Target target={target} mine={mayAnswer(person.id)} onSaid={again} />
                </li>
              ))}
            </ul>
          ) : (
            <p class="soft">{t('lead.no_targets')}</p>
          )
        }
      </Answered>
      <h2>{t('lead.conversation')}</h2>
      <Answered asked={reports}>
        {(page) => <Turns turns={conversationOf(page.items, said.value?.items ?? [])} />}
      </Answered>
    </div>
  );
}

function Contact({ contact }: { contact: { last_contact_at?: string | null } }) {
  const now = Date.now();
  const heard = { last_contact_at: contact.last_contact_at ?? null };
  const quiet = contactOf(heard, now) !== 'heard';
  return (
    <p class="soft">
      {contactSaid(heard, now)} {quiet && t('lead.contact_means')}
    </p>
  );
}

/** Saying a word on the month, or offering help: closed until asked for. */
function Doors({ person, onSaid }: { person: Shape<'Employee'>; onSaid: () => void }) {
  const [open, setOpen] = useState<'word' | 'help' | null>(null);
  const toggle = (door: 'word' | 'help') => setOpen(open === door ? null : door);
  return (
    <>
      <div class="actions">
        <button
          class="button primary"
          type="button"
          aria-expanded={open === 'word'}
          onClick={() => toggle('word')}
        >
          <Icon name="comment" size={20} />
          {t('lead.say')}
        </button>
        <button
          class="button"
          type="button"
          aria-expanded={open === 'help'}
          onClick={() => toggle('help')}
        >
          <Icon name="people" size={20} />
          {t('lead.offer_help')}
        </button>
      </div>
      {open === 'word' && (
        <div class="card">
          <WordForm
            send={async (word) => {
              const period = calendarDay(Date.now()).slice(0, 7);
              const about = t('lead.about_month');
              const arrival = await sayOnPeriod(person.id, { ...word, period, about });
              onSaid();
              return arrival;
            }}
          />
        </div>
      )}
      {open === 'help' && (
        <div class="card">
          <HelpOffer personId={person.id} />
        </div>
      )}
    </>
  );
}

interface TargetProps {
  target: Shape<'TargetView'>;
  mine: boolean;
  onSaid: () => void;
}

function Target({ target, mine, onSaid }: TargetProps) {
  const [open, setOpen] = useState(false);
  const help = rest(target);
  return (
    <article class="card" aria-label={target.indicator}>
      <div class="head">
        <h3>{target.indicator}</h3>
        <Pace target={target} />
      </div>
      <p class="numbers">{amount(target)}</p>
      {adds(target) && <Spark target={target} scale={2.5} />}
      {adds(target) && <Legend />}
      {help && <p>{help}</p>}
      <Course targetId={target.id} unit={target.unit_of_measure} />
      {mine && (
        <button class="button" type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="comment" size={20} />
          {t('lead.say_target')}
        </button>
      )}
      {open && (
        <WordForm
          kind={target.pace.state === 'slipped' ? 'suggestion' : 'praise'}
          indicator={target.indicator}
          send={async (word) => {
            const arrival = await sayOnTarget(target.id, word);
            onSaid();
            return arrival;
          }}
        />
      )}
    </article>
  );
}

function Legend() {
  return (
    <ul class="row legend soft">
      <li class="done">{t('lead.line_done')}</li>
      <li class="ahead">{t('lead.line_ahead')}</li>
      <li class="expected">{t('lead.line_expected')}</li>
    </ul>
  );
}

function Turns({ turns }: { turns: readonly Turn[] }) {
  if (!turns.length) return <p class="soft">{t('lead.no_report')}</p>;
  return (
    <ol class="stack">
      {turns.map((turn) => (
        <li key={turn.key}>
          {turn.kind === 'report' ? <Reported turn={turn} /> : <Word said={turn.said} />}
        </li>
      ))}
    </ol>
  );
}

const WAITING: readonly string[] = ['received', 'revised'];

function Reported({ turn }: { turn: Extract<Turn, { kind: 'report' }> }) {
  const { report, said } = turn;
  return (
    <article class="card">
      <ReportLine report={report} />
      <p class="soft">
        {t(`lead.status_${report.status}` as 'lead.status_received', {
          receipt: report.receipt,
          actor:
            report.decided_by === me.value?.employee.id
              ? t('lead.you')
              : (report.decided_by_name ?? ''),
        })}
      </p>
      <Flags flags={report.flags} />
      {said.map((each) => (
        <Word key={each.id} said={each} />
      ))}
      {decides(report.employee_id, report.unit_id) && WAITING.includes(report.status) ? (
        <ReportActions
          reportId={report.id}
          version={report.version}
          waiting
          indicator={report.indicator}
          isPraised={said.some(isMyPraise)}
        />
      ) : (
        <Details reportId={report.id} />
      )}
    </article>
  );
}

function isMyPraise(said: Shape<'FeedbackView'>): boolean {
  return said.kind === 'praise' && said.author_id === me.value?.employee.id;
}

function Word({ said }: { said: Shape<'FeedbackView'> }) {
  return (
    <blockquote>
      <Icon name={said.kind === 'praise' ? 'praise' : 'comment'} size={20} />
      <div class="stack tight">
        <div class="row">
          <strong>{said.author_name}</strong>
          <span class="soft">
            {t(`feedback.${said.kind}` as 'feedback.praise')} · {moment(said.made_at)}
          </span>
        </div>
        <p>{said.text}</p>
        {said.next_step && (
          <p>
            <strong>{t('feedback.next_step')}</strong> {said.next_step}
          </p>
        )}
        {said.answer ? (
          <p>
            <strong>{t('lead.answered')}</strong> {said.answer}
          </p>
        ) : (
          said.acknowledged_at && (
            <State icon="received" tone="good">
              {t('lead.read')}
            </State>
          )
        )}
      </div>
    </blockquote>
  );
}

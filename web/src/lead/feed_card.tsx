/** One card of the feed: who, what, how much toward which target, when, and the answers to it. */
import type { Card, FeedbackContent, Progress, ReportContent, SlipContent } from '../live/messages';
import { State } from '../parts/card';
import type { Tone } from '../parts/card';
import { Icon } from '../parts/icon';
import type { IconName } from '../parts/icon';
import { me } from '../store/session';
import { moment } from '../words/dates';
import { exact, known, t } from '../words/words';
import { answers, STATUS_OF } from './answers';
import { waits } from './items';
import { Details, ReportActions } from './report_actions';
import { decides, elsewhere, mayAnswer, targets, unitName } from './scope';
import { SlipHelp } from './slip_help';
import { Standing } from './standing';

const LATE_MS = 10 * 60 * 1000; // between the activity and its arrival: worth saying

interface FeedCardProps {
  card: Card;
  progress: Progress | undefined;
}

export function FeedCard({ card, progress }: FeedCardProps) {
  switch (card.kind) {
    case 'report':
      return <ReportCard card={card} progress={progress} />;
    case 'slip':
    case 'recovery':
      return <TurnCard card={card} progress={progress} />;
    case 'target_changed':
      return <TargetCard card={card} />;
    default:
      return (
        <article class="card">
          <p class="soft">{t('lead.other_card')}</p>
        </article>
      );
  }
}

function Head({ card, name }: { card: Card; name: string }) {
  const unit = card.unit_id ? elsewhere(card.unit_id, unitName(card.unit_id)) : '';
  return (
    <div class="head">
      <div>
        <a class="who" href={`/people/${card.employee_id}`}>
          {name}
        </a>
        {unit && <span class="soft">{unit}</span>}
      </div>
      <time class="soft numbers" dateTime={card.at}>
        {moment(card.at)}
      </time>
    </div>
  );
}

function ReportCard({ card, progress }: FeedCardProps) {
  const report = card.content as ReportContent;
  const unit = report.unit_of_measure;
  const late = Date.parse(card.at) - Date.parse(report.activity_at) > LATE_MS;
  return (
    <article class="card" aria-label={t('lead.report_of', { name: report.employee_name })}>
      <Head card={card} name={report.employee_name} />
      <p>
        <strong class="numbers">
          {exact(report.quantity)} {unit}
        </strong>{' '}
        · {report.indicator}
      </p>
      {report.note && <p class="note">{report.note}</p>}
      <Standing target={targets.value.get(report.target_id)} progress={progress} unit={unit} />
      <div class="row apart">
        <Status card={card} report={report} />
        {late && (
          <span class="soft numbers">
            {t('lead.late', { then: moment(report.activity_at), at: moment(card.at) })}
          </span>
        )}
      </div>
      <Flags flags={card.flags} />
      {(card.feedback ?? []).map((each) => (
        <Said key={each.feedback_id} said={each} />
      ))}
      {mayAnswer(card.employee_id) && report.status !== 'withdrawn' ? (
        <ReportActions
          reportId={report.report_id}
          version={report.version}
          isPraised={(card.feedback ?? []).some(isMyPraise)}
          waiting={waits(card) && decides(card.employee_id, card.unit_id)}
          indicator={report.indicator}
        />
      ) : (
        <Details reportId={report.report_id} />
      )}
    </article>
  );
}

const STATUSES: Record<string, { icon: IconName; tone: Tone }> = {
  received: { icon: 'received', tone: 'calm' },
  revised: { icon: 'edit', tone: 'calm' },
  approved: { icon: 'approve', tone: 'good' },
  returned: { icon: 'returned', tone: 'care' },
  withdrawn: { icon: 'close', tone: 'calm' },
};

function Status({ card, report }: { card: Card; report: ReportContent }) {
  const answer = answers.value.get(report.report_id);
  const decided =
    answer?.state === 'done' && answer.aim !== 'praise' && waits(card)
      ? STATUS_OF[answer.aim]
      : null;
  const status = decided ?? report.status;
  const look = STATUSES[status] ?? { icon: 'info' as const, tone: 'calm' as const };
  const key = `lead.status_${status}`;
  const mine = decided || report.actor_id === me.value?.employee.id;
  const actor = mine ? t('lead.you') : (report.actor_name ?? '');
  return (
    <State icon={look.icon} tone={look.tone}>
      {known(key) ? t(key, { receipt: card.receipt ?? '', actor }) : status}
    </State>
  );
}

/** What to look at; a flag never says that somebody did wrong. */
export function Flags({ flags = [] }: { flags?: readonly string[] }) {
  const shown = flags.map((flag) => `lead.flag_${flag}`).filter(known);
  if (!shown.length) return null;
  return (
    <ul class="row">
      {shown.map((key) => (
        <li key={key} class="flag">
          <Icon name="info" size={16} />
          {t(key)}
        </li>
      ))}
    </ul>
  );
}

function isMyPraise(said: FeedbackContent): boolean {
  return said.feedback_kind === 'praise' && said.actor_id === me.value?.employee.id;
}

function Said({ said }: { said: FeedbackContent }) {
  const praise = said.feedback_kind === 'praise';
  return (
    <blockquote>
      <Icon name={praise ? 'praise' : 'comment'} size={20} />
      <div>
        <strong>{said.actor_name}</strong>: {said.text}
        {said.next_step && (
          <p>
            <strong>{t('feedback.next_step')}</strong> {said.next_step}
          </p>
        )}
        {said.acknowledged_at && <p class="soft">{t('lead.read')}</p>}
      </div>
    </blockquote>
  );
}

function TurnCard({ card, progress }: FeedCardProps) {
  const turn = card.content as SlipContent;
  const slip = card.kind === 'slip';
  const target = targets.value.get(turn.target_id);
  return (
    <article class={slip ? 'card slip' : 'card'}>
      <Head card={card} name={turn.employee_name} />
      <p>
        <State icon={slip ? 'warning' : 'up'} tone={slip ? 'care' : 'good'}>
          {t(slip ? 'lead.slip' : 'lead.recovery')}
        </State>{' '}
        {turn.indicator}
      </p>
      <Standing target={target} progress={progress} unit={turn.unit_of_measure} />
      {slip && (
        <SlipHelp
          personId={card.employee_id}
          targetId={turn.target_id}
          target={target}
          turn={turn}
        />
      )}
    </article>
  );
}

function TargetCard({ card }: { card: Card }) {
  const content = card.content as SlipContent & { change?: string; goal?: number; reason?: string };
  const key = `lead.target_${content.change}`;
  return (
    <article class="card">
      <Head card={card} name={content.employee_name} />
      <p>
        <State icon="target" tone="calm">
          {t(known(key) ? key : 'lead.target_changed')}
        </State>{' '}
        {content.indicator} ·{' '}
        <span class="numbers">
          {exact(content.goal ?? 0)} {content.unit_of_measure}
        </span>
      </p>
      {content.reason && <p class="soft">{content.reason}</p>}
    </article>
  );
}

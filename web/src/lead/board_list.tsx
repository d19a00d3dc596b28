/** The line of people, worst first: their most urgent targets with pace, and when they were heard. */
import { useState } from 'preact/hooks';
import { ask, said } from '../api/client';
import type { Shape } from '../api/types';
import { Notice, Skeleton, State } from '../parts/card';
import { adds, amount, worstFirst } from '../parts/pace';
import { moment } from '../words/dates';
import { t } from '../words/words';
import { contactOf, contactSaid } from './contact';
import { board, elsewhere } from './scope';
import { Spark } from './spark_line';
import { Pace } from './standing';

type Person = Shape<'BoardPerson'>;
const MOST_TARGETS = 3; // of a person in the line; the rest is on their page

export function BoardList() {
  const { value, state, at, error } = board().value;
  const [more, setMore] = useState<{ people: Person[]; next: string | null } | null>(null);
  const [trouble, setTrouble] = useState('');
  if (!value) {
    return state === 'loading' ? (
      <Skeleton lines={6} />
    ) : (
      <Notice tone="care">{said(error)}</Notice>
    );
  }
  const first = new Set(value.people.map((each) => each.employee_id));
  const people = [
    ...value.people,
    ...(more?.people ?? []).filter((p) => !first.has(p.employee_id)),
  ];
  const next = more ? more.next : (value.next_cursor ?? null);

  async function ahead(cursor: string) {
    setTrouble('');
    try {
      const page = await ask('get', '/v1/board', { query: { cursor } });
      setMore({
        people: [...(more?.people ?? []), ...page.people],
        next: page.next_cursor ?? null,
      });
    } catch (problem) {
      setTrouble(said(problem));
    }
  }

  return (
    <>
      {state === 'stale' && at && (
        <Notice tone="care">{t('asked.kept', { at: moment(at) })}</Notice>
      )}
      <ul class="row totals">
        <li>{t('lead.people', { n: value.total_people })}</li>
        <li>{t('lead.total_slipped', { n: value.slipped })}</li>
        {value.at_risk > 0 && <li>{t('lead.total_at_risk', { n: value.at_risk })}</li>}
        <li>
          <a class="tap" href="/waiting">
            {t('lead.total_waiting', { n: value.waiting })}
          </a>
        </li>
      </ul>
      {!people.length && <p class="soft">{t('lead.nobody')}</p>}
      <ul class="stack">
        {people.map((person) => (
          <li key={person.employee_id}>
            <PersonLine person={person} />
          </li>
        ))}
      </ul>
      {trouble && <Notice tone="wrong">{trouble}</Notice>}
      {next && (
        <button class="button wide" type="button" onClick={() => void ahead(next)}>
          {t('lead.more_people')}
        </button>
      )}
    </>
  );
}

function PersonLine({ person }: { person: Person }) {
  const now = Date.now();
  const shown = worstFirst(person.targets).slice(0, MOST_TARGETS);
  const rest = person.targets.length - shown.length;
  return (
    <article class="card person">
      <div class="head">
        <div>
          <a class="who" href={`/people/${person.employee_id}`}>
            {person.name}
          </a>
          <span class="soft">
            {[person.job_title, elsewhere(person.unit_id, person.unit_name)]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </div>
      </div>
      <ul class="stack tight">
        {shown.map((target) => (
          <li class="pace-line" key={target.id}>
            <div>
              <strong>{target.indicator}</strong>
              <span class="numbers">{amount(target)}</span>
            </div>
            {adds(target) && <Spark target={target} />}
            <Pace target={target} />
          </li>
        ))}
      </ul>
      {!person.targets.length && <p class="soft">{t('lead.no_targets')}</p>}
      {rest > 0 && <p class="soft">{t('lead.more_targets', { n: rest })}</p>}
      {person.waiting > 0 && (
        <div>
          <State icon="inbox" tone="calm">
            {t('lead.waits', { n: person.waiting })}
          </State>
        </div>
      )}
      <Heard person={person} now={now} />
    </article>
  );
}

/** When they were heard, and apart from it, when they last reported. */
export function Heard({ person, now }: { person: Person; now: number }) {
  const quiet = contactOf(person, now) !== 'heard';
  return (
    <p class="soft">
      {contactSaid(person, now)} {quiet && t('lead.contact_means')}{' '}
      {person.last_report_at
        ? t('lead.last_report', { at: moment(person.last_report_at, now) })
        : t('lead.no_report')}
    </p>
  );
}

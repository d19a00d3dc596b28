/**
 * What waits for me, the most urgent first: questions of people, their reports, then wishes for
 * other targets, agreements, and appraisals. Each is decided in its place.
 */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Asked } from '../parts/asked';
import { useAsked } from '../parts/asked';
import { Notice, Skeleton } from '../parts/card';
import { Icon } from '../parts/icon';
import { moment } from '../words/dates';
import { t } from '../words/words';
import type { Key } from '../words/words';
import { KeptAnswers } from './kept_answers';
import './lead.css';
import { followBoard } from './scope';
import { Agreements } from './waiting_agreements';
import { Appraisals, waitingAppraisals } from './waiting_appraisals';
import { Proposals } from './waiting_proposals';
import { Questions } from './waiting_questions';
import { isOpen, Reports, useWaitingReports } from './waiting_reports';

interface Group {
  name: Key;
  count: number;
  content: ComponentChildren;
}

export default function WaitingScreen() {
  const questions = useAsked('/v1/feedback-requests');
  const proposals = useAsked('/v1/target-proposals');
  const agreements = useAsked('/v1/agreements');
  const appraisals = useAsked('/v1/appraisals', { query: { limit: 200 } });
  const reports = useWaitingReports();
  useEffect(followBoard, []);
  const asked: Asked<unknown>[] = [questions, proposals, agreements, appraisals];
  const groups: Group[] = [
    {
      name: 'lead.questions',
      count: questions.value?.length ?? 0,
      content: <Questions questions={questions} />,
    },
    {
      name: 'lead.waiting_reports',
      count: (reports.reports ?? []).filter(isOpen).length,
      content: <Reports waiting={reports} />,
    },
    {
      name: 'lead.proposals',
      count: proposals.value?.length ?? 0,
      content: <Proposals proposals={proposals} />,
    },
    {
      name: 'lead.agreements',
      count: agreements.value?.length ?? 0,
      content: <Agreements agreements={agreements} />,
    },
    {
      name: 'lead.appraisals',
      count: waitingAppraisals(appraisals.value?.items ?? []).length,
      content: <Appraisals appraisals={appraisals} />,
    },
  ];
  const waiting = groups.filter((each) => each.count > 0);
  const isKnown = reports.reports && asked.every((each) => each.value !== null);
  const error = asked.find((each) => each.error);
  return (
    <div class="stack">
      <h1>{t('lead.waiting')}</h1>
      <KeptAnswers />
      {error && <Trouble of={error} again={() => asked.forEach((each) => void each.again())} />}
      {waiting.length > 1 && <Ways groups={waiting} />}
      {reports.fresh > 0 && (
        <button class="button wide" type="button" onClick={reports.again}>
          {t('lead.waiting_fresh', { n: reports.fresh })}
        </button>
      )}
      {isKnown && !waiting.length && <Notice tone="good">{t('lead.waiting_none')}</Notice>}
      {!isKnown && !error && !waiting.length && <Skeleton lines={6} />}
      {groups.map((each) => (
        <section class="stack group" key={each.name} id={each.name} tabIndex={-1}>
          {each.count > 0 && (
            <h2>
              {t(each.name)} <span class="soft numbers">{each.count}</span>
            </h2>
          )}
          {each.content}
        </section>
      ))}
    </div>
  );
}

/** How much waits of each kind, and a way to it. */
function Ways({ groups }: { groups: readonly Group[] }) {
  function go(name: string) {
    const section = document.getElementById(name);
    section?.scrollIntoView();
    section?.focus({ preventScroll: true });
  }
  return (
    <div class="filters" role="group" aria-label={t('lead.waiting')}>
      {groups.map(({ name, count }) => (
        <button class="chip numbers" type="button" key={name} onClick={() => go(name)}>
          {t(name)} <strong>{count}</strong>
        </button>
      ))}
    </div>
  );
}

function Trouble({ of, again }: { of: Asked<unknown>; again: () => void }) {
  return (
    <Notice tone="care">
      <p>{of.error}</p>
      {of.value != null && of.at && <p>{t('asked.kept', { at: moment(of.at) })}</p>}
      <button class="button" type="button" onClick={again}>
        <Icon name="again" size={20} />
        {t('app.again')}
      </button>
    </Notice>
  );
}

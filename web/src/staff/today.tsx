/** Today: my targets, the one that needs me most first, and the way to a report at the thumb. */
import { useEffect, useState } from 'preact/hooks';
import { officeNow } from '../api/clock';
import type { Shape } from '../api/types';
import { Notice } from '../parts/card';
import { Icon } from '../parts/icon';
import { leads, me } from '../store/session';
import { outbox } from '../store/signals';
import { day, hour } from '../words/dates';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { late } from '../parts/late';
import { worstFirst } from '../parts/pace';
import { PracticeNotice } from './practice_notice';
import { TargetCard } from './target_card';
import './today.css';

const InstallOffer = late(() => import('../parts/install_offer'));

const PATIENCE_MS = 1_000; // the list waits no longer for what stands above it

export default function TodayScreen() {
  const targets = useAsked('/v1/me/targets');
  const firstWeek = useAsked('/v1/me/checklist');
  // What stands above the list is known before the list is drawn, which then stays where it is.
  const waited = useLate(PATIENCE_MS);
  const placed = firstWeek.value !== null || firstWeek.error !== '' || waited;
  const list = placed ? targets : { ...targets, value: null, loading: true };
  const now = officeNow();
  return (
    <div class="stack today">
      <div>
        <h1>{t(greeting(hour(now)), { name: firstName(me.value?.employee.name ?? '') })}</h1>
        <p class="soft">{day(now)}</p>
      </div>
      <PracticeNotice />
      <FirstWeek steps={firstWeek.value} />
      <Returned />
      <h2>{t('today.targets')}</h2>
      <Answered asked={list}>
        {(own) =>
          own.length ? (
            worstFirst(own).map((target) => (
              <TargetCard key={target.id} target={target} here={waitingHere(target.id)} />
            ))
          ) : (
            <p>{t('today.no_targets')}</p>
          )
        }
      </Answered>
      <InstallOffer />
      {leads.value && (
        <a class="button" href="/feed">
          {t('app.to_feed')}
        </a>
      )}
      <div class="thumb">
        <a class="button primary wide" href="/report">
          <Icon name="report" />
          {t('today.report')}
        </a>
      </div>
    </div>
  );
}

/** Whether this screen has stood for so long. */
function useLate(afterMs: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), afterMs);
    return () => clearTimeout(timer);
  }, []);
  return late;
}

/** What was given back to me and waits for better words. */
function Returned() {
  const back = outbox.value.filter((item) => item.state === 'returned');
  const [first] = back;
  if (!first) return null;
  return (
    <Notice tone="care">
      <p>{t('today.returned', { n: back.length })}</p>
      <a class="button" href={back.length > 1 ? '/outbox' : `/reports/${first.reportId}`}>
        {t('outbox.mend')}
      </a>
    </Notice>
  );
}

/** What a newcomer has still to do; nothing once the week is over or all is done. */
function FirstWeek({ steps: value }: { steps: Shape<'ChecklistView'> | null }) {
  if (!value || value.week_over) return null;
  const done = value.steps.filter((step) => step.done_at).length;
  if (done === value.steps.length) return null;
  return (
    <a class="button wide" href="/first-week">
      <Icon name="book" />
      {t('today.first_week', { done, all: value.steps.length })}
    </a>
  );
}

function greeting(at: number) {
  if (at < 11) return 'today.morning';
  if (at < 15) return 'today.noon';
  return at < 18 ? 'today.afternoon' : 'today.evening';
}

function firstName(name: string): string {
  return name.split(/[ ,]/)[0] ?? name;
}

function waitingHere(targetId: string): number {
  return outbox.value.filter(
    (item) =>
      item.op === 'report.create' &&
      item.part.target_id === targetId &&
      (item.state === 'saved' || item.state === 'sending'),
  ).length;
}

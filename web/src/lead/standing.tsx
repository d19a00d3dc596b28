/** Where a target stands after a card: the bar with today's mark, numbers, and the state in words. */
import type { Progress } from '../live/messages';
import type { Shape } from '../api/types';
import { Bar } from '../parts/bar';
import { State } from '../parts/card';
import { adds, amount, lookOf, stands } from '../parts/pace';
import { t } from '../words/words';

type Target = Shape<'TargetView'>;

interface StandingProps {
  target: Target | undefined;
  /** Newer than the target, when the feed has it. */
  progress?: Progress;
  unit: string;
}

/** The target as it stands after `progress`. */
export function moved(target: Target, progress: Progress | undefined): Target {
  if (!progress) return target;
  const { approved, pending, state } = progress;
  const done = adds(target) ? approved + pending : target.pace.done;
  return { ...target, pace: { ...target.pace, approved, pending, state, done } };
}

export function Standing({ target, progress, unit }: StandingProps) {
  if (target) return <Known target={moved(target, progress)} />;
  if (!progress) return null;
  const done = progress.approved + progress.pending;
  const look = lookOf(progress.state);
  return (
    <>
      <Bar done={done} goal={progress.goal} unit={unit} behind={progress.state === 'slipped'} />
      <div class="row apart">
        <span class="numbers">{t('pace.of', { done, goal: progress.goal, unit })}</span>
        <State icon={look.icon} tone={look.tone}>
          {t(look.word)}
        </State>
      </div>
    </>
  );
}

function Known({ target }: { target: Target }) {
  const { pace } = target;
  const behind = pace.state === 'slipped' || pace.state === 'at_risk';
  const missing = adds(target) ? Math.ceil((pace.expected ?? 0) - (pace.done ?? 0)) : 0;
  return (
    <>
      {adds(target) && (
        <Bar
          done={pace.done ?? 0}
          goal={target.quantity}
          expected={pace.expected}
          unit={target.unit_of_measure}
          behind={behind}
        />
      )}
      <div class="row apart">
        <span class="numbers">
          {amount(target)}
          {missing > 0 && pace.state !== 'achieved' && (
            <strong> · {t('lead.needs', { needed: missing })}</strong>
          )}
        </span>
        <Pace target={target} />
      </div>
    </>
  );
}

/** How a target stands, in a word. */
export function Pace({ target }: { target: Target }) {
  const look = stands(target);
  return (
    <State icon={look.icon} tone={look.tone}>
      {t(look.word, look.fills)}
    </State>
  );
}

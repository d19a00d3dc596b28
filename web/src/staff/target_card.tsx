/** A target: how much of how much, where today should be, and what helps. */
import { Bar } from '../parts/bar';
import { Card, State } from '../parts/card';
import { t } from '../words/words';
import { adds, amount, rest, stands } from '../parts/pace';
import type { Target } from '../parts/pace';

interface TargetCardProps {
  target: Target;
  /** Reports on this phone that the office has not counted yet. */
  here?: number;
}

export function TargetCard({ target, here = 0 }: TargetCardProps) {
  return (
    <Card label={target.indicator}>
      <h3>
        <a class="tap" href={`/targets/${target.id}`}>
          {target.indicator}
        </a>
      </h3>
      <Standing target={target} />
      {here > 0 && <p class="soft">{t('today.here', { n: here })}</p>}
    </Card>
  );
}

/** Where it stands, without its name. */
export function Standing({ target }: { target: Target }) {
  const { pace } = target;
  const look = stands(target);
  const behind = pace.state === 'slipped' || pace.state === 'at_risk';
  const help = rest(target);
  return (
    <>
      <div class="row apart">
        <span class="numbers">{amount(target)}</span>
        <State icon={look.icon} tone={look.tone}>
          {t(look.word, look.fills)}
        </State>
      </div>
      {adds(target) && (
        <Bar
          done={pace.done ?? 0}
          goal={target.quantity}
          expected={pace.expected}
          unit={target.unit_of_measure}
          behind={behind}
        />
      )}
      {help && <p>{help}</p>}
      {pace.waiting > 0 && <p class="soft">{t('pace.waiting', { n: pace.waiting })}</p>}
    </>
  );
}

/** My appraisals, the newest first, each with what it waits for. */
import type { Shape } from '../api/types';
import { Card, State } from '../parts/card';
import type { Tone } from '../parts/card';
import type { IconName } from '../parts/icon';
import { month } from '../words/dates';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';

type Appraisal = Shape<'AppraisalView'>;

const LOOKS: Record<Appraisal['state'], { icon: IconName; tone: Tone }> = {
  open: { icon: 'edit', tone: 'care' },
  self_assessed: { icon: 'history', tone: 'calm' },
  decided: { icon: 'info', tone: 'care' },
  acknowledged: { icon: 'approve', tone: 'good' },
  objected: { icon: 'history', tone: 'calm' },
  final: { icon: 'approve', tone: 'good' },
  reopened: { icon: 'again', tone: 'care' },
};

export function AppraisalState({ state }: { state: Appraisal['state'] }) {
  return (
    <State icon={LOOKS[state].icon} tone={LOOKS[state].tone}>
      {t(`appraisal.${state}`)}
    </State>
  );
}

/** "Triwulan 4, 2026" from `2026-Q4`, "November 2026" from `2026-11`, a year as it is. */
export function periodName(appraisal: Pick<Appraisal, 'kind' | 'period' | 'period_start'>): string {
  const { kind, period, period_start } = appraisal;
  const [year = period, part = ''] = period.split('-');
  if (kind === 'month') return month(period_start);
  if (kind === 'year') return t('appraisal.year', { year });
  return t('appraisal.quarter', { quarter: part.replace('Q', ''), year });
}

export default function AppraisalsScreen() {
  const appraisals = useAsked('/v1/me/appraisals');
  return (
    <div class="stack">
      <h1>{t('more.appraisals')}</h1>
      <Answered asked={appraisals}>
        {(list) =>
          list.length ? (
            list.map((each) => (
              <Card key={each.id}>
                <h2>{periodName(each)}</h2>
                <div>
                  <AppraisalState state={each.state} />
                </div>
                {each.predicate && (
                  <p>
                    {t('appraisal.predicate')} <strong>{t(`predicate.${each.predicate}`)}</strong>
                  </p>
                )}
                <a class="button" href={`/appraisals/${each.id}`}>
                  {t(waitsForMe(each.state) ? 'appraisal.do' : 'appraisal.see')}
                </a>
              </Card>
            ))
          ) : (
            <p>{t('appraisal.none')}</p>
          )
        }
      </Answered>
    </div>
  );
}

function waitsForMe(state: Appraisal['state']): boolean {
  return state === 'open' || state === 'decided' || state === 'reopened';
}

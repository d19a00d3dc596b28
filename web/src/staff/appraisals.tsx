/** My appraisals, the newest first, each with what it waits for. */
import type { Shape } from '../api/types';
import { Card, State } from '../parts/card';
import type { Tone } from '../parts/card';
import type { IconName } from '../parts/icon';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { periodName } from '../parts/period_name';

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

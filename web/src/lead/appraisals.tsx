/** The appraisals of my people: those that wait for my decision first. */
import { useState } from 'preact/hooks';
import type { Shape } from '../api/types';
import { State } from '../parts/card';
import type { Tone } from '../parts/card';
import { Icon } from '../parts/icon';
import type { IconName } from '../parts/icon';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { partName } from '../parts/period_name';
import { t } from '../words/words';
import { over } from './decision';
import './lead.css';

type Appraisal = Shape<'AppraisalView'>;
type Stage = Appraisal['state'];

/** What I have to do something about comes first. */
const ORDER: readonly Stage[] = [
  'reopened',
  'self_assessed',
  'open',
  'objected',
  'decided',
  'acknowledged',
  'final',
];
const LOOKS: Record<Stage, { icon: IconName; tone: Tone }> = {
  open: { icon: 'edit', tone: 'care' },
  self_assessed: { icon: 'edit', tone: 'care' },
  reopened: { icon: 'again', tone: 'care' },
  objected: { icon: 'warning', tone: 'wrong' },
  decided: { icon: 'sent', tone: 'good' },
  acknowledged: { icon: 'received', tone: 'good' },
  final: { icon: 'lock', tone: 'calm' },
};

export default function AppraisalsScreen() {
  const [state, setState] = useState<Stage | ''>('');
  const found = useAsked('/v1/appraisals', { query: { state: state || undefined, limit: 200 } });
  return (
    <div class="stack">
      <h1>{t('lead.appraisals')}</h1>
      <div class="filters" role="group" aria-label={t('lead.filter')}>
        {(['', 'self_assessed', 'open', 'objected', 'decided'] as const).map((each) => (
          <button
            class="chip"
            type="button"
            key={each}
            aria-pressed={state === each}
            onClick={() => setState(each)}
          >
            {t(each ? `lead.appraisal_${each}` : 'lead.filter_all')}
          </button>
        ))}
      </div>
      <Answered asked={found}>
        {(page) =>
          page.items.length ? (
            <ul class="stack tight">
              {ordered(page.items).map((each) => (
                <li key={each.id}>
                  <AppraisalLine appraisal={each} />
                </li>
              ))}
            </ul>
          ) : (
            <p class="soft">{t('lead.appraisals_none')}</p>
          )
        }
      </Answered>
    </div>
  );
}

/** What waits for a decision first. */
export function ordered(appraisals: readonly Appraisal[]): Appraisal[] {
  const now = Date.now();
  return [...appraisals].sort(
    (one, other) =>
      Number(over(other, now)) - Number(over(one, now)) ||
      ORDER.indexOf(one.state) - ORDER.indexOf(other.state) ||
      one.employee_name.localeCompare(other.employee_name),
  );
}

export function Stage({ state }: { state: Stage }) {
  const look = LOOKS[state];
  return (
    <State icon={look.icon} tone={look.tone}>
      {t(`lead.appraisal_${state}`)}
    </State>
  );
}

/** An appraisal with the way to it. */
export function AppraisalLine({ appraisal }: { appraisal: Appraisal }) {
  return (
    <a class="card line" href={`/lead/appraisals/${appraisal.id}`}>
      <span>
        <strong>{appraisal.employee_name}</strong>
        <span class="soft">
          {partName(appraisal)} · {appraisal.unit_name}
        </span>
        <span class="row">
          <Stage state={appraisal.state} />
          {appraisal.predicate && <span>{t(`lead.predicate_${appraisal.predicate}`)}</span>}
        </span>
      </span>
      <Icon name="next" size={20} />
    </a>
  );
}

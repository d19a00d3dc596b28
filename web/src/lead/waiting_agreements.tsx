/** Agreements that people proposed for a year: agreed as they are, or returned with a reason. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import type { Asked } from '../parts/asked';
import { Notice } from '../parts/card';
import { useDoing } from '../parts/doing';
import { Icon } from '../parts/icon';
import { t } from '../words/words';
import { goalsOf } from './goals';
import { PersonHead } from './person_head';
import { ReasonForm } from './reason_form';
import { Became, useSettled } from './settled';

type Agreement = Shape<'AgreementView'>;

export function Agreements({ agreements }: { agreements: Asked<Agreement[]> }) {
  const { all, doubt, said, settle } = useSettled(agreements.value ?? []);
  return (
    <>
      {all.map((each) => (
        <article
          class="card"
          key={each.id}
          aria-label={t('lead.agreement_of', { name: each.employee_name })}
        >
          <PersonHead id={each.employee_id} name={each.employee_name} at={each.proposed_at}>
            <span class="soft">{t('lead.agreement_year', { year: String(each.year) })}</span>
          </PersonHead>
          <Results agreement={each} />
          <Became said={said(each.id)} />
          {!said(each.id) && (
            <Deciding
              agreement={each}
              onDone={(word) => {
                settle(each, word);
                void agreements.again();
              }}
              onTrouble={() => {
                doubt(each);
                void agreements.again();
              }}
            />
          )}
        </article>
      ))}
    </>
  );
}

/** Everything that is agreed by one tap, so all of it is shown. */
function Results({ agreement }: { agreement: Agreement }) {
  return (
    <ol class="stack tight steps">
      {agreement.results
        .filter((each) => !each.dropped_at)
        .map((result) => (
          <li key={result.id}>
            <strong>{result.title}</strong>{' '}
            <span class="soft">{t(`lead.kind_${result.kind}`)}</span>
            {result.serves && (
              <p class="soft">
                {t('lead.serves', {
                  title: result.serves.title,
                  name: result.serves.employee_name,
                })}
              </p>
            )}
            {goalsOf(result.indicators).map(({ key, text }) => (
              <p key={key} class="numbers">
                {text}
              </p>
            ))}
            {!result.indicators.length && <p class="soft">{t('lead.no_indicator')}</p>}
          </li>
        ))}
    </ol>
  );
}

interface DecidingProps {
  agreement: Agreement;
  onDone: (said: string) => void;
  onTrouble: () => void;
}

function Deciding({ agreement, onDone, onTrouble }: DecidingProps) {
  const [returning, setReturning] = useState(false);
  const doing = useDoing();
  const path = { agreement_id: agreement.id };
  async function agree() {
    const done = await doing.run(() =>
      ask('post', '/v1/agreements/{agreement_id}/agreement', { path }),
    );
    if (done) onDone(t('lead.agreed'));
    else onTrouble();
  }
  async function giveBack(reason: string) {
    const body = { reason };
    const done = await doing.run(() =>
      ask('post', '/v1/agreements/{agreement_id}/return', { path, body }),
    );
    if (done) onDone(t('lead.agreement_returned'));
    else onTrouble();
  }
  return (
    <>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <div class="actions">
        <button class="button primary" type="button" disabled={doing.busy} onClick={agree}>
          <Icon name="approve" size={20} />
          {t(doing.busy ? 'lead.going' : 'lead.agree')}
        </button>
        <button
          class="button"
          type="button"
          aria-expanded={returning}
          onClick={() => setReturning(!returning)}
        >
          <Icon name="returned" size={20} />
          {t('lead.return')}
        </button>
      </div>
      {returning && (
        <ReasonForm
          hint={t('lead.agreement_return_hint')}
          go={t('lead.agreement_return_now')}
          busy={doing.busy}
          onReason={(reason) => void giveBack(reason)}
          onCancel={() => setReturning(false)}
        />
      )}
    </>
  );
}

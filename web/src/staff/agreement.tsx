/** My agreement of the year: results, what they serve, and the indicators with their standing. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import { officeNow } from '../api/clock';
import type { Shape } from '../api/types';
import { Card, Notice, State } from '../parts/card';
import type { Tone } from '../parts/card';
import { Icon } from '../parts/icon';
import type { IconName } from '../parts/icon';
import { moment, shortDay } from '../words/dates';
import { known, t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';
import { amount, stands } from '../parts/pace';
import { me } from '../store/session';
import { Proposals } from './proposals';
import { ProposeTarget } from './propose_target';

type Agreement = Shape<'AgreementView'>;
type Result = Agreement['results'][number];

const LOOKS: Record<string, { icon: IconName; tone: Tone }> = {
  draft: { icon: 'edit', tone: 'calm' },
  proposed: { icon: 'sending', tone: 'calm' },
  agreed: { icon: 'approve', tone: 'good' },
};

export default function AgreementScreen() {
  const agreements = useAsked('/v1/me/agreements');
  return (
    <div class="stack">
      <h1>{t('more.agreement')}</h1>
      <Answered asked={agreements}>
        {(list) =>
          list.length ? (
            list.map((each) => (
              <OneAgreement key={each.id} agreement={each} onChange={agreements.again} />
            ))
          ) : (
            <p>{t('agreement.none')}</p>
          )
        }
      </Answered>
      <Wishes agreements={agreements.value ?? []} />
    </div>
  );
}

/** Targets that I propose, and what became of each. */
function Wishes({ agreements }: { agreements: readonly Agreement[] }) {
  const [open, setOpen] = useState(false);
  const proposals = useAsked('/v1/people/{person_id}/target-proposals', {
    path: { person_id: me.value?.employee.id ?? '' },
  });
  const results = agreements[0]?.results.filter((each) => !each.dropped_at) ?? [];
  return (
    <>
      <Proposals
        asked={proposals}
        targets={agreements.flatMap((each) => each.results.flatMap((one) => one.indicators))}
      />
      <button class="button wide" type="button" onClick={() => setOpen(true)}>
        <Icon name="plus" />
        {t('proposal.new_title')}
      </button>
      {open && (
        <ProposeTarget
          results={results}
          onClose={() => setOpen(false)}
          onDone={() => (setOpen(false), void proposals.again())}
        />
      )}
    </>
  );
}

/** Why it came back, where it did. */
function Returned({ agreementId }: { agreementId: string }) {
  const path = { agreement_id: agreementId };
  const steps = useAsked('/v1/agreements/{agreement_id}/changes', { path }).value ?? [];
  const last = steps.filter(({ after }) => 'state' in after).at(-1);
  if (last?.before.state !== 'proposed' || last.after.state !== 'draft') return null;
  return (
    <Notice tone="care">
      <strong>{t('agreement.returned', { name: last.by_name ?? '' })}</strong> {last.reason}
    </Notice>
  );
}

interface OneAgreementProps {
  agreement: Agreement;
  onChange: () => Promise<void>;
}

function OneAgreement({ agreement, onChange }: OneAgreementProps) {
  const doing = useDoing();
  const look = LOOKS[agreement.state] ?? { icon: 'info', tone: 'calm' };
  const word = `agreement.${agreement.state}`;
  const path = { agreement_id: agreement.id };
  async function propose() {
    await doing.run(() => ask('post', '/v1/agreements/{agreement_id}/proposal', { path }));
    await onChange();
  }
  return (
    <section class="stack">
      <div class="row apart">
        <h2>{t('agreement.year', { year: String(agreement.year) })}</h2>
        <State icon={look.icon} tone={look.tone}>
          {known(word) ? t(word) : agreement.state}
        </State>
      </div>
      {agreement.agreed_at && agreement.agreed_by_name && (
        <p class="soft">
          {t('agreement.agreed_by', {
            name: agreement.agreed_by_name,
            at: moment(agreement.agreed_at),
          })}
        </p>
      )}
      {agreement.state === 'draft' && (
        <>
          <Returned agreementId={agreement.id} />
          <p>{t('agreement.draft_hint')}</p>
          {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
          <button
            class="button primary wide"
            type="button"
            disabled={doing.busy}
            onClick={() => void propose()}
          >
            {t('agreement.propose')}
          </button>
        </>
      )}
      {agreement.results
        .filter((result) => !result.dropped_at)
        .map((result) => (
          <ResultCard key={result.id} result={result} />
        ))}
    </section>
  );
}

function ResultCard({ result }: { result: Result }) {
  const [all, setAll] = useState(false);
  const now = officeNow();
  const runs = (each: Result['indicators'][number]) =>
    Date.parse(each.period_start) <= now && Date.parse(each.period_end) > now;
  const running = result.indicators.filter(runs);
  const others = result.indicators.length - running.length;
  const shown = all ? result.indicators : running;
  return (
    <Card label={result.title}>
      <p class="soft">{t(result.kind === 'main' ? 'agreement.main' : 'agreement.additional')}</p>
      <h3>{result.title}</h3>
      {result.serves && (
        <p class="soft">
          {t('agreement.serves', {
            title: result.serves.title,
            name: result.serves.employee_name,
          })}
        </p>
      )}
      <ul class="stack tight">
        {shown.map((target) => {
          const look = stands(target);
          return (
            <li key={target.id}>
              <a class="tap" href={`/targets/${target.id}`}>
                <strong>{target.indicator}</strong>
              </a>
              <p class="numbers">{amount(target)}</p>
              <div class="row">
                <State icon={look.icon} tone={look.tone}>
                  {t(look.word, look.fills)}
                </State>
                <span class="soft">
                  {t('agreement.until', { day: shortDay(Date.parse(target.period_end) - 1) })}
                </span>
              </div>
            </li>
          );
        })}
      </ul>
      {others > 0 && !all && (
        <button class="button" type="button" onClick={() => setAll(true)}>
          {t('agreement.other_periods', { n: others })}
        </button>
      )}
    </Card>
  );
}

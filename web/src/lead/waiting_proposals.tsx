/** Targets that people wish for, or wish otherwise: agreed, agreed to another amount, or declined. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { BodyOf } from '../api/client';
import type { Shape } from '../api/types';
import { useAsked } from '../parts/asked';
import type { Asked } from '../parts/asked';
import { Notice } from '../parts/card';
import { useDoing } from '../parts/doing';
import { Field } from '../parts/field';
import { Icon } from '../parts/icon';
import { read, written } from '../words/amounts';
import { shortDay } from '../words/dates';
import { number, t } from '../words/words';
import { PersonHead } from './person_head';
import { ReasonForm } from './reason_form';
import { Became, useSettled } from './settled';

type Proposal = Shape<'ProposalView'>;
type Body = BodyOf<'/v1/target-proposals/{proposal_id}/decision', 'post'>;

export function Proposals({ proposals }: { proposals: Asked<Proposal[]> }) {
  const { all, doubt, said, settle } = useSettled(proposals.value ?? []);
  return (
    <>
      {all.map((each) => (
        <article
          class="card"
          key={each.id}
          aria-label={t('lead.proposal_of', { name: each.employee_name })}
        >
          <PersonHead id={each.employee_id} name={each.employee_name} at={each.made_at} />
          {each.target_id ? (
            <Change proposal={each} targetId={each.target_id} />
          ) : (
            <New proposal={each} />
          )}
          <p class="note">{each.reason}</p>
          <Became said={said(each.id)} />
          {!said(each.id) && (
            <Deciding
              proposal={each}
              onDone={(word) => {
                settle(each, word);
                void proposals.again();
              }}
              onTrouble={() => {
                doubt(each);
                void proposals.again();
              }}
            />
          )}
        </article>
      ))}
    </>
  );
}

function New({ proposal: { body } }: { proposal: Proposal }) {
  return (
    <p>
      {t('lead.proposal_new')} <strong>{body.indicator}</strong> ·{' '}
      <span class="numbers">
        {number(body.quantity ?? 0)} {body.unit_of_measure}
        {body.period_start && body.period_end && (
          <>
            {' '}
            · {shortDay(body.period_start)} – {shortDay(Date.parse(body.period_end) - 1)}
          </>
        )}
      </span>
    </p>
  );
}

/** What is agreed now and what is wished instead; only what would be otherwise. */
function Change({ proposal: { body }, targetId }: { proposal: Proposal; targetId: string }) {
  const { value: target, error } = useAsked('/v1/targets/{target_id}', {
    path: { target_id: targetId },
  });
  const unit = target?.unit_of_measure ?? '';
  const otherwise = (['quantity', 'low', 'high', 'max_quantity'] as const).filter(
    (name) => body[name] != null,
  );
  return (
    <>
      <p>
        {t('lead.proposal_change')} <strong>{target?.indicator}</strong>
      </p>
      {error && !target && <p class="soft">{error}</p>}
      <ul class="stack tight">
        {otherwise.map((name) => (
          <li key={name} class="numbers">
            {t(`lead.goal_${name}`)} {target?.[name] != null && `${number(target[name] ?? 0)} → `}
            <strong>
              {number(body[name] ?? 0)} {unit}
            </strong>
          </li>
        ))}
        {!otherwise.length && <li>{t('lead.goal_other')}</li>}
      </ul>
    </>
  );
}

interface DecidingProps {
  proposal: Proposal;
  onDone: (said: string) => void;
  onTrouble: () => void;
}

function Deciding({ proposal, onDone, onTrouble }: DecidingProps) {
  const [open, setOpen] = useState<'otherwise' | 'decline' | null>(null);
  const doing = useDoing();
  async function decide(body: Body) {
    const path = { proposal_id: proposal.id };
    const done = await doing.run(() =>
      ask('post', '/v1/target-proposals/{proposal_id}/decision', { path, body }),
    );
    // Whether it was stored or somebody was quicker: the list knows.
    if (!done) return onTrouble();
    onDone(t(body.decision === 'agree' ? 'lead.agreed' : 'lead.declined'));
  }
  return (
    <>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <div class="actions">
        <button
          class="button primary"
          type="button"
          disabled={doing.busy}
          onClick={() => void decide({ decision: 'agree', reason: '' })}
        >
          <Icon name="approve" size={20} />
          {t(doing.busy ? 'lead.going' : 'lead.agree')}
        </button>
        {proposal.body.quantity != null && (
          <button
            class="button"
            type="button"
            aria-expanded={open === 'otherwise'}
            onClick={() => setOpen(open === 'otherwise' ? null : 'otherwise')}
          >
            <Icon name="edit" size={20} />
            {t('lead.agree_otherwise')}
          </button>
        )}
        <button
          class="button"
          type="button"
          aria-expanded={open === 'decline'}
          onClick={() => setOpen(open === 'decline' ? null : 'decline')}
        >
          <Icon name="returned" size={20} />
          {t('lead.decline')}
        </button>
      </div>
      {open === 'otherwise' && (
        <Otherwise
          first={proposal.body.quantity ?? 0}
          busy={doing.busy}
          onQuantity={(quantity) =>
            void decide({ decision: 'agree', reason: '', changes: { quantity } })
          }
        />
      )}
      {open === 'decline' && (
        <ReasonForm
          hint={t('lead.decline_hint')}
          go={t('lead.decline_now')}
          busy={doing.busy}
          onReason={(reason) => void decide({ decision: 'decline', reason })}
          onCancel={() => setOpen(null)}
        />
      )}
    </>
  );
}

interface OtherwiseProps {
  first: number;
  busy: boolean;
  onQuantity: (quantity: number) => void;
}

function Otherwise({ first, busy, onQuantity }: OtherwiseProps) {
  const [text, setText] = useState(written(first));
  const quantity = read(text);
  return (
    <form
      class="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        if (quantity !== null) onQuantity(quantity);
      }}
    >
      <Field
        label={t('lead.goal_quantity')}
        inputMode="decimal"
        value={text}
        required
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button class="button primary" type="submit" disabled={busy || quantity === null}>
        {t(busy ? 'lead.going' : 'lead.agree_now')}
      </button>
    </form>
  );
}

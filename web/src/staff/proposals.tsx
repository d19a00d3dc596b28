/** Targets and changes that I proposed: what, why, and what became of each. */
import { ask } from '../api/client';
import { Answered } from '../parts/answered';
import type { Asked } from '../parts/asked';
import { Card, Notice, State } from '../parts/card';
import type { Tone } from '../parts/card';
import { useDoing } from '../parts/doing';
import type { IconName } from '../parts/icon';
import type { Target } from '../parts/pace';
import { moment } from '../words/dates';
import { known, t } from '../words/words';
import { wishOf } from './wishes';
import type { Proposal } from './wishes';

const LOOKS: Record<string, { icon: IconName; tone: Tone }> = {
  open: { icon: 'history', tone: 'calm' },
  agreed: { icon: 'approve', tone: 'good' },
  declined: { icon: 'returned', tone: 'care' },
  withdrawn: { icon: 'remove', tone: 'calm' },
};

interface ProposalsProps {
  asked: Asked<Proposal[]>;
  /** Those that would change it; without it, all of them. */
  target?: Target;
  targets?: readonly Target[];
}

export function Proposals({ asked, target, targets = [] }: ProposalsProps) {
  const about = (proposal: Proposal) =>
    target ?? targets.find((each) => each.id === proposal.target_id);
  return (
    <Answered asked={asked}>
      {(all) => {
        const shown = target ? all.filter((each) => each.target_id === target.id) : all;
        if (!shown.length) return null;
        return (
          <section class="stack tight">
            <h2>{t('proposal.title')}</h2>
            {shown.map((each) => (
              <ProposalCard
                key={each.id}
                proposal={each}
                target={about(each)}
                named={!target}
                onChange={asked.again}
              />
            ))}
          </section>
        );
      }}
    </Answered>
  );
}

interface ProposalCardProps {
  proposal: Proposal;
  target: Target | undefined;
  named: boolean;
  onChange: () => Promise<void>;
}

function ProposalCard({ proposal, target, named, onChange }: ProposalCardProps) {
  const doing = useDoing();
  const look = LOOKS[proposal.state] ?? { icon: 'info', tone: 'calm' };
  const word = `proposal.${proposal.state}`;
  const name = proposal.body.indicator ?? target?.indicator;
  async function withdraw() {
    const path = { proposal_id: proposal.id };
    await doing.run(() => ask('post', '/v1/target-proposals/{proposal_id}/withdrawal', { path }));
    await onChange();
  }
  return (
    <Card label={name}>
      <div class="row apart">
        <State icon={look.icon} tone={look.tone}>
          {known(word) ? t(word) : proposal.state}
        </State>
        <span class="soft">{moment(proposal.made_at)}</span>
      </div>
      {named && name && <h3>{name}</h3>}
      <p class="numbers">{wishOf(proposal, target)}</p>
      <p>
        <strong>{t('proposal.reason')}</strong> {proposal.reason}
      </p>
      {proposal.decided_by_name && (
        <p>
          <strong>{t('proposal.answer', { name: proposal.decided_by_name })}</strong>{' '}
          {proposal.decision_reason}
        </p>
      )}
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {proposal.state === 'open' && (
        <div class="row">
          <button
            class="button quiet"
            type="button"
            disabled={doing.busy}
            onClick={() => void withdraw()}
          >
            {t('proposal.withdraw')}
          </button>
        </div>
      )}
    </Card>
  );
}

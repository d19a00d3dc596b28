/**
 * A report that I capture for somebody whom I mentor: theirs in everything, and marked with my name.
 *
 * Invariant: it goes to the office at once or not at all, never through this phone's outbox, which
 * is mine; what was typed stays here until the office has it, under one id, so that sending it
 * again after a lost answer makes no second report.
 */
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../api/client';
import { officeNow } from '../api/clock';
import type { ScreenProps } from '../app/routes';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { Card, Notice, State } from '../parts/card';
import { useDoing } from '../parts/doing';
import { Icon } from '../parts/icon';
import type { Shape } from '../api/types';
import { draftOf, dropDraft, keepDraft } from '../store/drafts';
import { newId } from '../store/ids';
import type { Draft } from '../store/signals';
import { t } from '../words/words';
import { read } from '../words/amounts';
import { ReportFields } from './report_fields';
import { When } from './when';

type Goal = Shape<'MenteeTarget'>;
type Typed = Pick<Draft, 'targetId' | 'quantity' | 'note' | 'activityAt' | 'sentAs'>;

const EMPTY: Typed = { targetId: null, quantity: '', note: '', activityAt: null };

export default function ReportForScreen({ fills }: ScreenProps) {
  const personId = fills.id ?? '';
  const path = { person_id: personId };
  const targets = useAsked('/v1/mentees/{person_id}/targets', { path });
  const mentees = useAsked('/v1/me/mentees').value ?? [];
  const name = mentees.find((each) => each.employee_id === personId)?.name ?? '';
  const [first, setFirst] = useState<Typed | null>(null);
  const [round, setRound] = useState(0);
  const [receipt, setReceipt] = useState<string | null>(null);

  useEffect(() => {
    draftOf(keyOf(personId)).then(
      (draft) => setFirst(draft ? picked(draft) : EMPTY),
      () => setFirst(EMPTY),
    );
  }, [personId]);

  async function anew() {
    await dropDraft(keyOf(personId)).catch(() => undefined);
    setFirst(EMPTY);
    setReceipt(null);
    setRound(round + 1);
  }

  return (
    <div class="stack report">
      <h1>{t('mentor.report_for', { name })}</h1>
      {receipt !== null ? (
        <Received name={name} receipt={receipt} onAgain={() => void anew()} />
      ) : (
        <>
          <Notice>{t('mentor.online')}</Notice>
          <Answered asked={targets}>
            {(list) =>
              list.length === 0 ? (
                <p>{t('mentor.no_targets', { name })}</p>
              ) : (
                first && (
                  <Form
                    key={round}
                    personId={personId}
                    targets={list}
                    first={first}
                    onReceived={setReceipt}
                    onAnew={() => void anew()}
                  />
                )
              )
            }
          </Answered>
        </>
      )}
    </div>
  );
}

const keyOf = (personId: string) => `for:${personId}`;

function picked({ targetId, quantity, note, activityAt, sentAs }: Draft): Typed {
  return { targetId, quantity, note, activityAt, sentAs };
}

interface FormProps {
  personId: string;
  targets: readonly Goal[];
  first: Typed;
  onReceived: (receipt: string) => void;
  /** The person gives up what was typed. */
  onAnew: () => void;
}

function Form({ personId, targets, first, onReceived, onAnew }: FormProps) {
  const only = targets.length === 1 ? (targets[0]?.id ?? null) : null;
  const [typed, setTyped] = useState<Typed>({ ...first, targetId: first.targetId ?? only });
  const [asked, setAsked] = useState(false); // to send; then the fields say what is missing
  const doing = useDoing();
  const target = targets.find((each) => each.id === typed.targetId);
  const quantity = read(typed.quantity);

  function change(part: Partial<Typed>) {
    const next = { ...typed, ...part };
    setTyped(next);
    void keepDraft(keyOf(personId), next).catch(() => undefined);
  }

  async function send(event: Event) {
    event.preventDefault();
    setAsked(true);
    if (!target || quantity === null) return;
    const activity_at = typed.activityAt ?? new Date(officeNow()).toISOString();
    const id = typed.sentAs ?? newId();
    change({ activityAt: activity_at, sentAs: id }); // this very report from now on
    const body = {
      id,
      target_id: target.id,
      quantity,
      note: typed.note,
      activity_at,
      sent_at: new Date().toISOString(), // it was captured when its id was made
    };
    await doing.run(async () => {
      const path = { person_id: personId };
      const receipt = await ask('post', '/v1/mentees/{person_id}/reports', { path, body });
      await dropDraft(keyOf(personId)).catch(() => undefined);
      onReceived(receipt.receipt);
    });
  }

  return (
    <form class="stack" onSubmit={send}>
      <ReportFields
        targets={targets}
        typed={typed}
        quantity={quantity}
        asked={asked}
        onChange={change}
      />
      <When value={typed.activityAt} onValue={(activityAt) => change({ activityAt })} />
      {doing.error && (
        <Notice tone="wrong">
          <p>{doing.error}</p>
          <button class="button" type="button" onClick={onAnew}>
            {t('mentor.anew')}
          </button>
        </Notice>
      )}
      <div class="thumb">
        <button class="button primary wide" type="submit" disabled={doing.busy}>
          <Icon name="sent" />
          {t('mentor.send')}
        </button>
      </div>
    </form>
  );
}

interface ReceivedProps {
  name: string;
  receipt: string;
  onAgain: () => void;
}

function Received({ name, receipt, onAgain }: ReceivedProps) {
  return (
    <div class="stack" role="status">
      <Card>
        <div>
          <State icon="received" tone="good">
            {t('outbox.received', { receipt })}
          </State>
        </div>
        <p>{t('mentor.received', { name })}</p>
      </Card>
      <button class="button primary wide" type="button" onClick={onAgain}>
        <Icon name="report" />
        {t('mentor.again')}
      </button>
      <a class="button wide" href="/mentees">
        {t('mentor.back')}
      </a>
    </div>
  );
}

/**
 * Report: one screen, four taps for what is done every day: a chip, the amount, done.
 *
 * Invariants: every keystroke is kept; "saved" is said only when the phone has it for good, and
 * "received" only with the number of the office.
 */
import { useEffect, useState } from 'preact/hooks';
import { query } from '../app/router';
import { draftOf } from '../store/drafts';
import { me } from '../store/session';
import { outbox } from '../store/signals';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { PracticeNotice } from './practice_notice';
import type { Activity } from './recent';
import { open } from './reportable';
import { ReportForm } from './report_form';
import type { Typed } from './report_form';
import { SavedReport } from './saved_report';
import './report.css';

const EMPTY: Typed = { targetId: null, quantity: '', note: '', activityAt: null };

export default function ReportScreen() {
  const targets = useAsked('/v1/me/targets');
  const reports = useAsked('/v1/reports', {
    query: { employee_id: me.value?.employee.id, limit: 30 },
  });
  const [typed, setTyped] = useState<Typed | null>(null);
  const [saved, setSaved] = useState<{ id: string; practised: boolean } | null>(null);
  const wished = query.value.get('target');

  useEffect(() => {
    const empty = { ...EMPTY, targetId: wished };
    draftOf('new').then(
      (draft) => setTyped(draft ? toward(wished, picked(draft)) : empty),
      () => setTyped(empty),
    );
  }, [wished]);

  if (saved) {
    const again = () => (setTyped(EMPTY), setSaved(null));
    return <SavedReport id={saved.id} practised={saved.practised} onAgain={again} />;
  }
  const here = outbox.value.flatMap((item): Activity[] =>
    item.op === 'report.create' && item.part.target_id && item.part.activity_at
      ? [
          {
            targetId: item.part.target_id,
            quantity: item.part.quantity ?? 0,
            note: item.part.note ?? '',
            at: item.part.activity_at,
          },
        ]
      : [],
  );
  const known = (reports.value?.items ?? [])
    .filter((report) => !outbox.value.some((item) => item.id === report.id))
    .map(({ target_id, quantity, note, activity_at }): Activity => ({
      targetId: target_id,
      quantity,
      note,
      at: activity_at,
    }));
  return (
    <div class="stack report">
      <h1>{t('report.title')}</h1>
      <PracticeNotice />
      <Answered asked={targets}>
        {(list) => {
          const taking = open(list);
          if (!taking.length) return <p>{t('today.no_targets')}</p>;
          return (
            typed && (
              <ReportForm
                targets={taking}
                lately={[...here, ...known]}
                first={typed}
                onSaved={(id, practised) => setSaved({ id, practised })}
              />
            )
          );
        }}
      </Answered>
    </div>
  );
}

/** What was typed before, for the target that is wanted now; an amount of another is none of it. */
function toward(wished: string | null, typed: Typed): Typed {
  if (!wished || typed.targetId === wished) return typed;
  return { ...typed, targetId: wished, quantity: typed.targetId ? '' : typed.quantity };
}

function picked({ targetId, quantity, note, activityAt }: Typed): Typed {
  return { targetId, quantity, note, activityAt };
}

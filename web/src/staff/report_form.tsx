/** What was done, toward which target, how much and when: typed once, kept at every keystroke. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { officeNow } from '../api/clock';
import { ask, said } from '../api/client';
import { Notice } from '../parts/card';
import { Icon } from '../parts/icon';
import { late } from '../parts/late';
import { PhoneFull } from '../store/database';
import { draftPhotos, dropDraft, keepDraft } from '../store/drafts';
import { newId } from '../store/ids';
import { saveReport } from '../store/outbox';
import { me } from '../store/session';
import { practice } from '../store/signals';
import type { Draft } from '../store/signals';
import { exact, t } from '../words/words';
import type { Target } from '../parts/pace';
import { read, written } from '../words/amounts';
import { lastOf, offered, repeated } from './recent';
import type { Activity } from './recent';
import { during } from './reportable';
import { ReportFields } from './report_fields';
import { When } from './when';
import { whereabouts } from './whereabouts';

const PhotoField = late(() => import('../evidence/photo_field'));

export type Typed = Pick<Draft, 'targetId' | 'quantity' | 'note' | 'activityAt'>;

interface ReportFormProps {
  targets: readonly Target[];
  lately: readonly Activity[];
  first: Typed;
  onSaved: (id: string, practised: boolean) => void;
}

export function ReportForm({ targets, lately, first, onSaved }: ReportFormProps) {
  const at = first.activityAt ? Date.parse(first.activityAt) : officeNow();
  const only = onlyOf(during(targets, at));
  const [typed, setTyped] = useState<Typed>({ ...first, targetId: first.targetId ?? only });
  const [busy, setBusy] = useState(false);
  const [preparing, setPreparing] = useState(false); // a photo, which belongs to this report
  const [error, setError] = useState('');
  const [asked, setAsked] = useState(false); // to save; then the fields say what is missing
  const choices = during(targets, typed.activityAt ? Date.parse(typed.activityAt) : officeNow());
  const target = choices.find((each) => each.id === typed.targetId);
  const quantity = read(typed.quantity);
  const chips = offered(lately, new Set(choices.map((each) => each.id)));
  const times = target
    ? repeated(lately, { targetId: target.id, quantity: quantity ?? 0, note: typed.note })
    : 0;

  const shown = useRef(first);
  useEffect(() => {
    // Only for another beginning than the first one: what was typed since then stays.
    if (shown.current === first) return;
    shown.current = first;
    setTyped({ ...first, targetId: first.targetId ?? only });
  }, [first]);

  function change(part: Partial<Typed>) {
    const next = { ...typed, ...part };
    setTyped(next);
    setError('');
    keepDraft('new', next).catch((problem: unknown) => {
      if (problem instanceof PhoneFull) setError(t('report.full'));
    });
  }

  /** With the amount of last time, unless there is one already. */
  function choose(targetId: string) {
    const last = lastOf(lately, targetId);
    const sameUnit = !typed.targetId || typed.targetId === targetId;
    const amount = typed.quantity && sameUnit ? typed.quantity : last && written(last.quantity);
    change({ targetId, quantity: amount ?? '' });
  }

  const isChosen = ({ targetId, note, ...activity }: Activity) =>
    typed.targetId === targetId && typed.note === note && quantity === activity.quantity;

  async function save(event: Event) {
    event.preventDefault();
    setAsked(true);
    if (busy || preparing || !target || quantity === null) return;
    setBusy(true);
    try {
      onSaved(...(await kept(target, quantity, typed)));
    } catch (problem) {
      setError(problem instanceof PhoneFull ? t('report.full') : said(problem));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="stack" onSubmit={save}>
      {chips.length > 0 && (
        <div class="field">
          <span class="label" id="lately">
            {t('report.lately')}
          </span>
          <div class="chips" role="group" aria-labelledby="lately">
            {chips.map((activity) => (
              <ActivityChip
                key={`${activity.targetId} ${activity.at}`}
                activity={activity}
                target={targets.find((each) => each.id === activity.targetId)}
                chosen={isChosen(activity)}
                onChoose={() =>
                  change({
                    targetId: activity.targetId,
                    quantity: written(activity.quantity),
                    note: activity.note,
                  })
                }
              />
            ))}
          </div>
        </div>
      )}
      <ReportFields
        targets={choices}
        typed={typed}
        quantity={quantity}
        asked={asked}
        onChange={change}
        onTarget={choose}
      />
      {times > 0 && <Notice tone="care">{t('report.repeats', { n: times })}</Notice>}
      {!practice.value && <PhotoField at={draftPhotos('new')} onBusy={setPreparing} />}
      <When value={typed.activityAt} onValue={(activityAt) => change({ activityAt })} />
      {me.value?.asks_location && <p class="soft">{t('report.location')}</p>}
      {error && <Notice tone="wrong">{error}</Notice>}
      <div class="thumb">
        <button class="button primary wide" type="submit" disabled={busy || preparing}>
          <Icon name="sent" />
          {t(practice.value ? 'report.practise' : 'report.save')}
        </button>
      </div>
    </form>
  );
}

/** The one that needs no choice; null where there are several. */
function onlyOf(targets: readonly Target[]): string | null {
  return targets.length === 1 ? (targets[0]?.id ?? null) : null;
}

/** The id, and whether it was practice only. */
async function kept(target: Target, quantity: number, typed: Typed): Promise<[string, boolean]> {
  const activityAt = typed.activityAt ?? new Date(officeNow()).toISOString();
  const report = { target_id: target.id, quantity, activity_at: activityAt, note: typed.note };
  const id = newId();
  if (practice.value) {
    await ask('post', '/v1/me/practice-reports', { body: { ...report, id } });
  } else {
    const location = me.value?.asks_location ? await whereabouts() : null;
    const { indicator, unit_of_measure } = target;
    const part = location ? { ...report, location } : report;
    await saveReport(part, { indicator, unit_of_measure }, id, 'new');
  }
  await dropDraft('new').catch(() => undefined);
  return [id, practice.value];
}

interface ActivityChipProps {
  activity: Activity;
  target: Target | undefined;
  chosen: boolean;
  onChoose: () => void;
}

function ActivityChip({ activity, target, chosen, onChoose }: ActivityChipProps) {
  const amount = `${exact(activity.quantity)} ${target?.unit_of_measure ?? ''}`;
  return (
    <button class="chip" type="button" aria-pressed={chosen} onClick={onChoose}>
      <span class="clip">{activity.note || target?.indicator}</span>
      <strong class="numbers">{amount}</strong>
    </button>
  );
}

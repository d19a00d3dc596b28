/**
 * Brings to the office what was answered without signal, or whose answer was lost.
 *
 * Invariants: one tab does it at a time. A decision that waited is about the report as it was read:
 * one that was changed since is shown again and not decided unread.
 */
import { effect } from '@preact/signals';
import { ask, said } from '../api/client';
import { inTurn } from '../store/locks';
import { me, standing } from '../store/session';
import { answering } from '../store/signals';
import { pauseMs } from '../sync/pauses';
import { t } from '../words/words';
import { answers, keptAnswers, mark, sendDecisions, sendPraise, sendWord } from './answers';
import { showKept, STATUS_OF } from './answers';
import { errandsOf, forgetErrands, isRefusal } from './errands';
import type { Decision, Errand, Saying } from './errands';

const LOCK = 'denyut-answers';
interface State {
  begun: boolean;
  isRunning: boolean;
  failures: number; // in a row
  due?: ReturnType<typeof setTimeout>;
}
const state: State = { begun: false, isRunning: false, failures: 0 };

/** From now on, as long as the page lives; calling it again changes nothing. */
export function keepDelivering(): void {
  if (state.begun) return;
  state.begun = true;
  effect(() => {
    if (me.value && standing.value === 'signed_in' && answering.value) void deliver();
    else if (me.value) void remembered();
  });
  effect(() => {
    // The office is there and gave no answer to this one: again, after a pause.
    if (keptAnswers.value && answering.value) again();
  });
}

function again(): void {
  if (state.isRunning) return;
  clearTimeout(state.due);
  state.due = setTimeout(() => void deliver(), pauseMs(state.failures + 1));
}

/** Shows what an earlier page of this phone kept. */
async function remembered(): Promise<readonly Errand[]> {
  const errands = await errandsOf(me.peek()?.employee.id ?? '');
  showKept(new Map(errands.map((each) => [each.about, aimOf(each)])));
  return errands;
}

const aimOf = (errand: Errand) => (errand.kind === 'decision' ? errand.aim : 'praise');

/** Sends everything that waits, now. Never throws. */
export async function deliver(): Promise<void> {
  clearTimeout(state.due);
  if (state.isRunning) return;
  state.isRunning = true;
  const run = async () => {
    const errands = await remembered();
    const waiting = errands.filter((each) => answers.peek().get(each.about)?.state !== 'busy');
    const heard = await delivered(waiting);
    state.failures = heard ? 0 : state.failures + 1;
    return heard;
  };
  const heard = await inTurn(LOCK, run).finally(() => (state.isRunning = false));
  if (!heard) again();
}

/** True when the office answered to each. */
async function delivered(errands: readonly Errand[]): Promise<boolean> {
  let heard = true;
  for (const each of errands) {
    if (each.kind === 'word') heard = (await wordDelivered(each)) && heard;
  }
  const decisions = errands.filter((each): each is Decision => each.kind === 'decision');
  for (const some of sameDecision(decisions)) {
    const open: Decision[] = [];
    for (const each of some) {
      const found = await stillOpen(each);
      if (found === 'open') open.push(each);
      if (found === 'unheard') heard = false;
    }
    if (open.length) heard = (await sendDecisions(open, true)) && heard;
  }
  return heard;
}

async function wordDelivered(errand: Saying): Promise<boolean> {
  if (errand.about !== errand.body.id) return sendPraise(errand, true);
  try {
    await sendWord(errand);
    mark([errand.about], { aim: 'praise', state: 'done' });
  } catch (error) {
    if (!isRefusal(error)) return false;
    const text = String(errand.body.text ?? '');
    mark([errand.about], { aim: 'praise', state: 'failed', why: said(error), text });
  }
  return true;
}

/** Whether the report is as it was read, and still waits for this decision. */
async function stillOpen(errand: Decision): Promise<'open' | 'settled' | 'unheard'> {
  const { key, owner, about, aim, version } = errand;
  try {
    const path = { report_id: about };
    const report = await ask('get', '/v1/reports/{report_id}', { path, owner });
    const isDone = report.status === STATUS_OF[aim];
    if (!isDone && (version === null || report.version === version)) return 'open';
    await forgetErrands([key]);
    const why = isDone ? undefined : t('lead.changed_since');
    mark([about], { aim, state: isDone ? 'done' : 'failed', why });
    return 'settled';
  } catch (error) {
    return isRefusal(error) ? 'open' : 'unheard'; // the decision itself will say why not
  }
}

function sameDecision(decisions: readonly Decision[]): Decision[][] {
  const groups = new Map<string, Decision[]>();
  for (const each of decisions) {
    const kind = `${each.aim} ${each.reason}`;
    groups.set(kind, [...(groups.get(kind) ?? []), each]);
  }
  return [...groups.values()];
}

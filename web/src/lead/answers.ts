/**
 * A supervisor's answers: approve, return, praise and say a word, and what became of each.
 *
 * Invariants: an answer is `done` only after the office has it. One without an answer is `kept` on
 * this phone and sent again by `delivery.ts`; its id stays the same, so it counts once.
 */
import { computed, effect, signal } from '@preact/signals';
import { ask, Refused, said } from '../api/client';
import type { Problem, Shape } from '../api/types';
import { newId } from '../store/ids';
import { me } from '../store/session';
import { tabs } from '../store/tabs';
import { language } from '../words/words';
import { forgetErrands, isHopeless, isRefusal, keepErrands, praiseId } from './errands';
import type { Decision, Saying } from './errands';

export type Aim = 'approve' | 'return' | 'praise';
export interface Answer {
  aim: Aim;
  /** `kept`: on this phone; the office has not said yet that it has it. */
  state: 'busy' | 'kept' | 'done' | 'failed';
  /** Why it failed, as a sentence. */
  why?: string;
  /** A word that was not taken, so that it is not lost. */
  text?: string;
}
export type FeedbackKind = Shape<'NewFeedback'>['kind'];
export interface Word {
  kind: FeedbackKind;
  text: string;
  next_step?: string;
  request_id?: string;
}
/** A report as it was read when somebody decided. */
export interface Read {
  id: string;
  version?: number;
}
export type Arrival = 'done' | 'kept';

export const MOST_AT_ONCE = 100; // what one request may decide
export const STATUS_OF = { approve: 'approved', return: 'returned' } as const;

/** The newest decision on each report, by the report's id; praise by `praiseOf` it. */
export const answers = signal<ReadonlyMap<string, Answer>>(new Map());

/** How many answers wait on this phone. */
export const keptAnswers = computed(
  () => [...answers.value.values()].filter((each) => each.state === 'kept').length,
);

type Told = [about: readonly string[], answer: Answer];
const others = tabs<Told>('denyut-answers');
others.onWord(([about, answer]) => set(about, answer));

// What one person answered is nothing that the next one of this phone did.
const givenBy = { now: me.peek()?.employee.id };
effect(() => {
  const id = me.value?.employee.id;
  if (id !== givenBy.now) answers.value = new Map();
  givenBy.now = id;
});

const ids = new Map<string, string>();

/** The id of a thing that somebody sends; the same thing sent again has the same. */
export function sameId(thing: string): string {
  const key = `${mine()} ${thing}`;
  const id = ids.get(key) ?? newId();
  ids.set(key, id);
  return id;
}

const mine = () => me.peek()?.employee.id ?? '';

/** Approves or returns reports. Never throws: each has its own result. */
export async function decide(
  reports: readonly Read[],
  aim: 'approve' | 'return',
  reason = '',
): Promise<void> {
  const about = reports.map(({ id }) => id);
  mark(about, { aim, state: 'busy' });
  const owner = mine();
  const errands = reports.map(({ id, version = null }): Decision => ({
    ...{ kind: 'decision', key: `${owner} ${id}`, owner, about: id, at: Date.now() },
    ...{ aim, reason, version },
  }));
  await sendDecisions(errands, await keepErrands(errands));
}

/** Sends decisions of one aim and reason, a hundred at a time; true when the office answered. */
export async function sendDecisions(
  errands: readonly Decision[],
  isKept: boolean,
): Promise<boolean> {
  let heard = true;
  for (let first = 0; first < errands.length; first += MOST_AT_ONCE) {
    const some = errands.slice(first, first + MOST_AT_ONCE);
    const { aim, reason, owner } = some[0] as Decision;
    const about = some.map((each) => each.about);
    try {
      const body = { report_ids: about, decision: aim, reason };
      const { results } = await ask('post', '/v1/approvals', { body, owner });
      const settled: string[] = [];
      for (const [place, each] of results.entries()) {
        const problem = each.outcome === 'rejected' ? (each.problem as unknown as Problem) : null;
        const again = isKept && problem !== null && !isHopeless(problem);
        if (again) heard = false;
        else settled.push(some[place]?.key ?? '');
        const failed = again ? 'kept' : 'failed';
        mark([each.report_id], { aim, state: problem ? failed : 'done', why: sentence(problem) });
      }
      await forgetErrands(settled);
    } catch (error) {
      if (isRefusal(error)) await forgetErrands(some.map((each) => each.key));
      else heard = false;
      mark(about, unheard(aim, error, isKept));
    }
  }
  return heard;
}

/** Praises a report in a word. Never throws. Praise stands beside a decision, so apart from it. */
export async function praise(reportId: string, text: string): Promise<void> {
  const about = praiseOf(reportId);
  const body = { ...written('', { kind: 'praise', text }), id: praiseId(reportId, mine()) };
  mark([about], { aim: 'praise', state: 'busy' });
  const errand = saying(about, REPORT_WORD, { report_id: reportId }, body);
  await sendPraise(errand, await keepErrands([errand]));
}

/** Sends a praise; true when the office answered. */
export async function sendPraise(errand: Saying, isKept: boolean): Promise<boolean> {
  try {
    await sendWord(errand);
    mark([errand.about], { aim: 'praise', state: 'done' });
    return true;
  } catch (error) {
    mark([errand.about], unheard('praise', error, isKept));
    return isRefusal(error);
  }
}

/** Where the praise of a report stands among the answers. */
export const praiseOf = (reportId: string): string => `praise ${reportId}`;

const REPORT_WORD = '/v1/reports/{report_id}/feedback';

/** A word on a report. Throws `Refused`. */
export function sayOnReport(reportId: string, word: Word): Promise<Arrival> {
  return say(REPORT_WORD, { report_id: reportId }, written(reportId, word));
}

/** A word on a target. Throws `Refused`. */
export function sayOnTarget(targetId: string, word: Word): Promise<Arrival> {
  const path = '/v1/targets/{target_id}/feedback';
  return say(path, { target_id: targetId }, written(targetId, word));
}

/** A word on somebody's month. Throws `Refused`. */
export function sayOnPeriod(
  personId: string,
  word: Word & { period: string; about: string },
): Promise<Arrival> {
  const body = { ...written(personId, word), period: word.period, about: word.about };
  return say('/v1/people/{person_id}/feedback', { person_id: personId }, body);
}

/** An offer of help. Throws `Refused`. */
export function offerHelp(personId: string, text: string): Promise<Arrival> {
  const body = { id: sameId(`help ${personId} ${text}`), signals: [], text };
  return say('/v1/people/{person_id}/help-offers', { person_id: personId }, body);
}

function written(about: string, word: Word) {
  const { kind, text, next_step = '', request_id } = word;
  const id = sameId([about, kind, text, next_step, request_id].join(' '));
  return { id, kind, text, next_step, about: '', ...(request_id && { request_id }) };
}

async function say(
  path: string,
  fills: Record<string, string>,
  body: Saying['body'],
): Promise<Arrival> {
  const errand = saying(body.id, path, fills, body);
  const isKept = await keepErrands([errand]);
  try {
    await sendWord(errand);
    mark([body.id], { aim: 'praise', state: 'done' });
    return 'done';
  } catch (error) {
    if (isRefusal(error) || !isKept) throw error;
    mark([body.id], { aim: 'praise', state: 'kept' });
    return 'kept';
  }
}

/** Sends a word; the same again is one. Throws what `ask` throws. */
export async function sendWord({ key, owner, path, fills, body }: Saying): Promise<void> {
  try {
    const typed = path as typeof REPORT_WORD;
    await ask('post', typed, { path: fills, body: body as never, owner });
  } catch (error) {
    // Said before, in other words or in another language: it is there.
    const { code, field } = error instanceof Refused ? error.problem : {};
    const there = code === 'conflict' && field === 'id';
    if (isRefusal(error)) await forgetErrands([key]);
    if (!there) throw error;
  }
  await forgetErrands([key]);
}

function saying(
  about: string,
  path: string,
  fills: Record<string, string>,
  body: Saying['body'],
): Saying {
  const owner = mine();
  const key = `${owner} ${body.id}`;
  return { kind: 'word', key, owner, about, at: Date.now(), path, fills, body };
}

function unheard(aim: Aim, error: unknown, isKept: boolean): Answer {
  if (isKept && !isRefusal(error)) return { aim, state: 'kept' };
  return { aim, state: 'failed', why: said(error) };
}

/** Says what became of answers, in every tab of this phone. */
export function mark(about: readonly string[], answer: Answer): void {
  set(about, answer);
  if (answer.state !== 'busy') others.tell([about, answer]);
}

/** What this phone keeps, by what it is about: no more and no less than that is shown as kept. */
export function showKept(kept: ReadonlyMap<string, Aim>): void {
  const next = new Map(
    [...answers.peek()].filter(([about, each]) => each.state !== 'kept' || kept.has(about)),
  );
  for (const [about, aim] of kept) if (!next.has(about)) next.set(about, { aim, state: 'kept' });
  answers.value = next;
}

function set(about: readonly string[], answer: Answer): void {
  const next = new Map(answers.value);
  for (const each of about) next.set(each, answer);
  answers.value = next;
}

function sentence(problem: Problem | null): string | undefined {
  if (!problem) return undefined;
  return [problem.texts[language.value], problem.action[language.value]].filter(Boolean).join(' ');
}

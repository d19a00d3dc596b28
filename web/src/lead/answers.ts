/**
 * A supervisor's answers to reports: approve, return, praise, and what became of each.
 *
 * Invariant: an answer is `done` only after the office has it; one that failed can be given again
 * and counts once, since its id stays the same.
 */
import { signal } from '@preact/signals';
import { ask, said } from '../api/client';
import type { Problem, Shape } from '../api/types';
import { language } from '../words/words';

export type Aim = 'approve' | 'return' | 'praise';
export interface Answer {
  aim: Aim;
  state: 'busy' | 'done' | 'failed';
  /** Why it failed, as a sentence. */
  why?: string;
}
export type FeedbackKind = Shape<'NewFeedback'>['kind'];
export interface Word {
  kind: FeedbackKind;
  text: string;
  next_step?: string;
}

export const MOST_AT_ONCE = 100; // what one request may decide
export const STATUS_OF = { approve: 'approved', return: 'returned' } as const;

/** The newest decision on each report, by the report's id; praise by `praiseOf` it. */
export const answers = signal<ReadonlyMap<string, Answer>>(new Map());

const ids = new Map<string, string>();

/** The id of a thing that is sent; the same thing sent again has the same. */
export function sameId(thing: string): string {
  const id = ids.get(thing) ?? crypto.randomUUID();
  ids.set(thing, id);
  return id;
}

/** Approves or returns reports, a hundred at a time. Never throws: each has its own result. */
export async function decide(
  reportIds: readonly string[],
  aim: 'approve' | 'return',
  reason = '',
): Promise<void> {
  mark(reportIds, { aim, state: 'busy' });
  for (let first = 0; first < reportIds.length; first += MOST_AT_ONCE) {
    const some = reportIds.slice(first, first + MOST_AT_ONCE);
    try {
      const body = { report_ids: some, decision: aim, reason };
      const { results } = await ask('post', '/v1/approvals', { body });
      for (const each of results) {
        const done = each.outcome !== 'rejected';
        const why = done ? undefined : sentence(each.problem as Problem | null | undefined);
        mark([each.report_id], { aim, state: done ? 'done' : 'failed', why });
      }
    } catch (error) {
      mark(some, { aim, state: 'failed', why: said(error) });
    }
  }
}

/** Praises a report in a word. Never throws. Praise stands beside a decision, so apart from it. */
export async function praise(reportId: string, text: string): Promise<void> {
  const key = praiseOf(reportId);
  mark([key], { aim: 'praise', state: 'busy' });
  try {
    await sayOnReport(reportId, { kind: 'praise', text });
    mark([key], { aim: 'praise', state: 'done' });
  } catch (error) {
    mark([key], { aim: 'praise', state: 'failed', why: said(error) });
  }
}

/** Where the praise of a report stands among the answers. */
export const praiseOf = (reportId: string): string => `praise ${reportId}`;

/** A word on a report. Throws what `ask` throws. */
export async function sayOnReport(reportId: string, word: Word): Promise<void> {
  const path = { report_id: reportId };
  await ask('post', '/v1/reports/{report_id}/feedback', { path, body: written(reportId, word) });
}

/** A word on a target. Throws what `ask` throws. */
export async function sayOnTarget(targetId: string, word: Word): Promise<void> {
  const path = { target_id: targetId };
  await ask('post', '/v1/targets/{target_id}/feedback', { path, body: written(targetId, word) });
}

/** A word on somebody's month. Throws what `ask` throws. */
export async function sayOnPeriod(
  personId: string,
  word: Word & { period: string; about: string },
): Promise<void> {
  const path = { person_id: personId };
  const body = { ...written(personId, word), period: word.period, about: word.about };
  await ask('post', '/v1/people/{person_id}/feedback', { path, body });
}

function written(about: string, word: Word) {
  const id = sameId(`${about} ${word.kind} ${word.text} ${word.next_step ?? ''}`);
  return { id, next_step: '', about: '', ...word };
}

function mark(reportIds: readonly string[], answer: Answer): void {
  const next = new Map(answers.value);
  for (const id of reportIds) next.set(id, answer);
  answers.value = next;
}

function sentence(problem: Problem | null | undefined): string {
  if (!problem) return '';
  return [problem.texts[language.value], problem.action[language.value]].filter(Boolean).join(' ');
}

/**
 * What this person does on this phone, for the screens: each action resolves when the phone has it
 * for good, and then shows in `outbox`.
 *
 * Invariant: `outbox` holds what the database holds, never more: nothing is called saved before
 * its transaction has completed. Other tabs hear of every change.
 */
import { effect } from '@preact/signals';
import type { Shape } from '../api/types';
import type { Card, LiveEvent } from '../live/messages';
import { PhoneFull, phone } from './database';
import { draftPhotos, settledDraft } from './drafts';
import { newId } from './ids';
import { addItem, changeItem, isAside, isReceived, isUntried, itemsOf } from './items';
import { heardOf } from './heard';
import { outbox, storage } from './signals';
import type { Op, OutboxItem, Part } from './signals';
import { me } from './session';
import { tabs } from './tabs';

/** What people read on an item without asking anybody. */
export type Shown = OutboxItem['shown'];
export type ReportPart = Pick<
  Shape<'NewReport'>,
  'target_id' | 'quantity' | 'activity_at' | 'note' | 'location'
>;
export type RevisionPart = Shape<'Revision'>;
export type WithdrawalPart = Shape<'Withdrawal'>;

const changes = tabs<'changed'>('denyut-outbox');
const listeners = new Set<() => void>();

/** Calls back when there is something new to send. */
export function onSaved(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows the outbox of whoever is signed in, from now on. */
export function followOutbox(): void {
  changes.onWord(() => void showOutbox());
  effect(() => {
    if (me.value) void showOutbox();
    else outbox.value = [];
  });
}

/** Reads the outbox anew. */
export async function showOutbox(): Promise<void> {
  const owner = me.peek()?.employee.id;
  if (!owner) return;
  const items = await itemsOf(await phone(), owner);
  if (me.peek()?.employee.id === owner) outbox.value = items.reverse();
}

/** Shows a change here and in the other tabs. */
export async function outboxChanged(): Promise<void> {
  changes.tell('changed');
  await showOutbox();
}

/**
 * A new report; resolves with its id once it is safe on this phone, and then the draft of this key
 * is gone and its photos are the report's, so that a tab that dies in between cannot say it twice.
 * Throws `PhoneFull`.
 */
export async function saveReport(
  part: ReportPart,
  shown: Shown = {},
  id = newId(),
  draft?: string,
): Promise<string> {
  await save('report.create', { ...part, id }, id, shown, id, draft);
  return id;
}

/** A report said anew. One that has never been on its way is changed in its place. */
export async function saveRevision(part: RevisionPart, shown: Shown = {}): Promise<void> {
  const { report_id, quantity, activity_at, note } = part;
  const db = await phone();
  const inPlace = await changeItem(db, report_id, (item) =>
    isUntried(item) ? { ...item, part: { ...item.part, quantity, activity_at, note } } : null,
  );
  if (inPlace) return outboxChanged();
  await save('report.revise', part, report_id, shown);
}

/** A report taken back. One that has never been on its way just goes. */
export async function saveWithdrawal(part: WithdrawalPart, shown: Shown = {}): Promise<void> {
  const gone = await changeItem(await phone(), part.report_id, (item) =>
    isUntried(item) ? undefined : null,
  );
  if (gone) return outboxChanged();
  await save('report.withdraw', part, part.report_id, shown);
}

/** A feedback was read. */
export const saveAcknowledgement = (feedbackId: string): Promise<void> =>
  save('feedback.acknowledge', { feedback_id: feedbackId }, null, {});

/** A notice of the inbox was read. */
export const saveRead = (noticeId: string): Promise<void> =>
  save('inbox.read', { notice_id: noticeId }, null, {});

/** An item that was put aside goes again as it is; a conflict, over what the office has. */
export async function tryAgain(id: string): Promise<void> {
  await changeItem(await phone(), id, (item) => {
    if (!isAside(item)) return null;
    const { problem: _, ...rest } = item;
    const part = { ...item.part };
    delete part.base_version;
    return { ...rest, part, state: 'saved' };
  });
  await outboxChanged();
  tell();
}

/** The person gives an item up. One that may be on its way, or is received, stays. */
export async function discard(id: string): Promise<void> {
  await changeItem(await phone(), id, (item) =>
    isAside(item) || isUntried(item) ? undefined : null,
  );
  await outboxChanged();
}

/**
 * An item that was put aside, said anew: a new id, since the office knows the old one under other
 * words; its photos go along. Resolves with the new id; null: it was not put aside any more.
 */
export async function takeUp(id: string, part: Part, shown: Shown = {}): Promise<string | null> {
  const fresh = newId();
  const taken = await changeItem(await phone(), id, (item) => {
    if (!isAside(item)) return null;
    const isReport = item.op === 'report.create';
    const { base_version: _, ...said } = { ...item.part, ...part };
    return {
      ...item,
      id: fresh,
      state: 'saved',
      tries: 0,
      problem: undefined,
      savedAt: Date.now(),
      reportId: isReport ? fresh : item.reportId,
      part: isReport ? { ...said, id: fresh } : said,
      shown: { ...item.shown, ...shown },
    };
  });
  if (!taken) return null;
  await outboxChanged();
  tell();
  return fresh;
}

/** Everything that the office does not have, as a file to hand over by other ways. */
export async function exportUnsent(): Promise<Blob> {
  const owner = me.peek();
  const all = owner ? await itemsOf(await phone(), owner.employee.id) : [];
  const items = all.filter((item) => !isReceived(item));
  const told = { nip: owner?.employee.nip, written_at: new Date().toISOString(), items };
  return new Blob([JSON.stringify(told, null, 2)], { type: 'application/json' });
}

/** The feed says what became of reports; those of this phone show it. */
export async function heard(said: readonly (LiveEvent | Card)[]): Promise<void> {
  const owner = me.peek()?.employee.id;
  if (owner && (await heardOf(await phone(), owner, said))) await outboxChanged();
}

async function save(
  op: Op,
  part: Part,
  reportId: string | null,
  shown: Shown,
  id = newId(),
  draft?: string,
): Promise<void> {
  const owner = me.peek()?.employee.id;
  if (!owner) throw new Error('nobody is signed in');
  const typed = draft === undefined ? undefined : await settledDraft(draft);
  try {
    const item = { id, op, owner, part, reportId, shown, savedAt: Date.now() };
    const from = typed && { draft: typed.at, photos: draftPhotos(draft!) };
    await addItem(await phone(), item, from);
  } catch (error) {
    typed?.putBack();
    if (error instanceof PhoneFull) storage.value = 'full';
    throw error;
  }
  if (storage.peek() === 'full') storage.value = 'unknown';
  await outboxChanged().catch(() => undefined); // it is saved; an error here would have it said twice
  tell();
}

function tell(): void {
  for (const each of listeners) each();
}

import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Me } from '../api/types';
import { phone } from './database';
import { draftOf, keepDraft } from './drafts';
import { forgetReceived, settle, takeBatch } from './items';
import {
  discard,
  exportUnsent,
  onSaved,
  saveAcknowledgement,
  saveReport,
  saveRevision,
  saveWithdrawal,
  takeUp,
  tryAgain,
} from './outbox';
import { me } from './session';
import { outbox, unsent } from './signals';

const SARI = { employee: { id: 'sari', nip: '199001012020121001' } } as Me;
const DONE = { target_id: 't', quantity: 2, activity_at: '2026-11-24T02:00:00Z', note: 'dua' };

beforeEach(async () => {
  const db = await phone();
  await Promise.all([...db.objectStoreNames].map((name) => db.clear(name)));
  me.value = SARI;
  outbox.value = [];
});

const tried = async () => void (await takeBatch(await phone(), 'sari', 50, new Set()));
const aside = async (id: string, as: 'quarantined' | 'conflict') =>
  settle(await phone(), 'sari', [{ id, as }], Date.now());

describe('a report', () => {
  it('is saved when it says so, and counts as unsent', async () => {
    const calls: string[] = [];
    const stop = onSaved(() => calls.push('saved'));
    const id = await saveReport(DONE, { indicator: 'Kunjungan' });
    stop();
    expect((await (await phone()).getAll('items'))[0]).toMatchObject({ id, part: { ...DONE, id } });
    expect(outbox.value).toMatchObject([{ id, state: 'saved', shown: { indicator: 'Kunjungan' } }]);
    expect(unsent.value).toBe(1);
    expect(calls).toEqual(['saved']);
  });

  it('takes its draft along in the same transaction', async () => {
    const typed = { targetId: 't', quantity: '2', note: 'dua', activityAt: null };
    await keepDraft('new', typed);
    await saveReport(DONE, {}, undefined, 'new');
    expect(await draftOf('new')).toBeUndefined();
  });

  it("takes the photos of its draft along in the same transaction, and nobody else's", async () => {
    const db = await phone();
    await db.put('photos', { id: 'p1', owner: 'sari', reportId: 'draft:new' });
    await db.put('photos', { id: 'p2', owner: 'budi', reportId: 'draft:new' });
    const id = await saveReport(DONE, {}, undefined, 'new');
    expect((await db.get('photos', 'p1'))?.reportId).toBe(id);
    expect((await db.get('photos', 'p2'))?.reportId).toBe('draft:new');
    await aside(id, 'quarantined');
    const fresh = await takeUp(id, { note: 'lain' });
    expect((await db.get('photos', 'p1'))?.reportId).toBe(fresh);
    await discard(fresh!);
    expect(await db.getAllKeys('photos')).toEqual(['p2']);
  });

  it('is changed and taken back in its place before it has ever been on its way', async () => {
    const id = await saveReport(DONE);
    const revision = { report_id: id, quantity: 5, note: 'lima', activity_at: DONE.activity_at };
    await saveRevision(revision);
    expect(outbox.value).toMatchObject([{ id, op: 'report.create', part: { quantity: 5 } }]);
    await saveWithdrawal({ report_id: id, reason: '' });
    expect(outbox.value).toEqual([]);
  });

  it('is changed by a word of its own once it may be with the office', async () => {
    const id = await saveReport(DONE);
    await tried();
    await saveRevision({ report_id: id, quantity: 5, note: '', activity_at: DONE.activity_at });
    await saveWithdrawal({ report_id: id, reason: 'salah' });
    expect(outbox.value.map((item) => [item.op, item.reportId])).toEqual([
      ['report.withdraw', id],
      ['report.revise', id],
      ['report.create', id],
    ]);
    await discard(id);
    expect(outbox.value).toHaveLength(3);
  });
});

const photo = async (id: string, reportId: string, owner = 'sari') =>
  void (await (await phone()).put('photos', { id, owner, reportId }));
const photos = async () =>
  Object.fromEntries(
    (await (await phone()).getAll('photos')).map((each) => [each.id, each.reportId]),
  );

describe('the photos of a report', () => {
  it('are its own from the moment that it is saved, and nobody else’s', async () => {
    await photo('a', 'draft:new');
    await photo('b', 'draft:new', 'dewi');
    const id = await saveReport(DONE, {}, undefined, 'new');
    expect(await photos()).toEqual({ a: id, b: 'draft:new' });
  });

  it('stay in the draft where there is room for the text alone', async () => {
    await photo('a', 'draft:new');
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const id = await saveReport(DONE, {}, undefined, 'new').finally(() => put.mockRestore());
    expect(outbox.value).toMatchObject([{ id, state: 'saved' }]);
    expect(await photos()).toEqual({ a: 'draft:new' });
  });

  it('go under the new id of a report that is said anew', async () => {
    const id = await saveReport(DONE);
    await photo('a', id);
    await aside(id, 'quarantined');
    const fresh = await takeUp(id, { quantity: 9 });
    expect(await photos()).toEqual({ a: fresh });
  });

  it('go away with a report that nobody wants', async () => {
    const refused = await saveReport(DONE);
    const untried = await saveReport(DONE);
    await photo('a', refused);
    await photo('b', untried);
    await aside(refused, 'quarantined');
    await discard(refused);
    await saveWithdrawal({ report_id: untried, reason: '' });
    expect(await photos()).toEqual({});
  });
});

describe('an item that was put aside', () => {
  it('goes again as it is, or over what the office has', async () => {
    await saveRevision({
      report_id: 'r',
      quantity: 1,
      note: '',
      activity_at: DONE.activity_at,
      base_version: 3,
    });
    const id = outbox.value[0]!.id;
    await aside(id, 'conflict');
    await tryAgain(id);
    expect(outbox.value[0]).toMatchObject({ id, state: 'saved' });
    expect(outbox.value[0]?.part.base_version).toBeUndefined();
  });

  it('is said anew under a new id', async () => {
    const id = await saveReport({ ...DONE, quantity: 999_999 });
    await aside(id, 'quarantined');
    await takeUp(id, { quantity: 9 });
    const [item] = outbox.value;
    expect(outbox.value).toHaveLength(1);
    expect(item?.id).not.toBe(id);
    expect(item).toMatchObject({ state: 'saved', tries: 0, reportId: item?.id });
    expect(item?.part).toMatchObject({ id: item?.id, quantity: 9, note: 'dua' });
  });

  it('is not said anew when it has gone again meanwhile, in another tab', async () => {
    const id = await saveReport(DONE);
    await aside(id, 'quarantined');
    await Promise.all([tryAgain(id), takeUp(id, { quantity: 9 })]);
    expect(outbox.value).toMatchObject([{ id, part: { quantity: 2 } }]);
  });

  it('goes only by the person’s hand', async () => {
    const id = await saveReport(DONE);
    await aside(id, 'quarantined');
    expect(unsent.value).toBe(1);
    await discard(id);
    expect(outbox.value).toEqual([]);
  });
});

it('keeps what the office has, and may still say something about', async () => {
  const id = await saveReport(DONE);
  await tried();
  await settle(await phone(), 'sari', [{ id, as: 'received' }], Date.now());
  await discard(id);
  expect(outbox.value).toHaveLength(1);
});

it('forgets what the office has when somebody leaves, and nothing else', async () => {
  const sent = await saveReport(DONE);
  await tried();
  await settle(await phone(), 'sari', [{ id: sent, as: 'received' }], Date.now());
  const waits = await saveReport(DONE);
  await forgetReceived(await phone(), 'sari');
  expect((await (await phone()).getAll('items')).map((item) => item.id)).toEqual([waits]);
});

it('does not call a saved report unsaved because it cannot be shown', async () => {
  const read = vi.spyOn(IDBIndex.prototype, 'getAll').mockImplementation(() => {
    throw new DOMException('lost', 'UnknownError');
  });
  const id = await saveReport(DONE).finally(() => read.mockRestore());
  expect((await (await phone()).getAll('items')).map((item) => item.id)).toEqual([id]);
});

it('hands over everything that the office does not have, as a file', async () => {
  const sent = await saveReport(DONE);
  await tried();
  await settle(await phone(), 'sari', [{ id: sent, as: 'received' }], Date.now());
  await saveAcknowledgement('f');
  const told = JSON.parse(await (await exportUnsent()).text()) as { nip: string; items: object[] };
  expect(told.nip).toBe(SARI.employee.nip);
  expect(told.items).toMatchObject([{ op: 'feedback.acknowledge', part: { feedback_id: 'f' } }]);
});

it('shows nobody what is another’s on a shared phone', async () => {
  await saveReport(DONE);
  me.value = { employee: { id: 'dewi' } } as Me;
  await saveReport({ ...DONE, note: 'Dewi' });
  expect(outbox.value.map((item) => item.part.note)).toEqual(['Dewi']);
});

import 'fake-indexeddb/auto';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Me } from '../api/types';
import { phone } from './database';
import { draftOf, dropDraft, keepDraft } from './drafts';
import { me } from './session';

const typed = (note: string) => ({ targetId: 't', quantity: '1', note, activityAt: null });

beforeEach(async () => {
  await (await phone()).clear('drafts');
  me.value = { employee: { id: 'sari' } } as Me;
});

it('keeps the newest of many keystrokes', async () => {
  await Promise.all(['P', 'Po', 'Pos'].map((note) => keepDraft('new', typed(note))));
  expect((await draftOf('new'))?.note).toBe('Pos');
  expect((await (await phone()).getAll('drafts')).map((draft) => draft.note)).toEqual(['Pos']);
});

it('forgets one draft and leaves the others', async () => {
  await keepDraft('new', typed('baru'));
  await keepDraft('r1', typed('perbaikan'));
  await dropDraft('new');
  expect(await draftOf('new')).toBeUndefined();
  expect((await draftOf('r1'))?.note).toBe('perbaikan');
});

it('is each person’s own', async () => {
  await keepDraft('new', typed('Sari'));
  me.value = { employee: { id: 'dewi' } } as Me;
  expect(await draftOf('new')).toBeUndefined();
});

it('makes room on a full phone of answers that can be asked for again', async () => {
  const db = await phone();
  await db.put('answers', { key: 'k', owner: 'sari', value: 1, at: 0 });
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  await keepDraft('new', typed('P')).finally(() => put.mockRestore());
  expect((await draftOf('new'))?.note).toBe('P');
  expect(await db.count('answers')).toBe(0);
});

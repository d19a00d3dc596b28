import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Me } from '../api/types';
import type { StoredItem } from './database';

const SARI = { employee: { id: 'sari' } } as Me;
const DEWI = { employee: { id: 'dewi' } } as Me;

const item = (id: string, owner: string, state: string) =>
  ({ id, owner, state, op: 'report.create', reportId: id, part: {} }) as unknown as StoredItem;

const unsubscribe = vi.fn(async () => true);

/** A phone in Sari's hand, with something of everything on it. */
async function inHand() {
  const [{ phone }, { me }, { practice }, { followOwner }] = await Promise.all([
    import('./database'),
    import('./session'),
    import('./signals'),
    import('./handover'),
  ]);
  me.value = SARI;
  practice.value = true;
  followOwner();
  const db = await phone();
  for (const [id, owner, state] of [
    ['a', 'sari', 'saved'],
    ['b', 'sari', 'received'],
    ['c', 'dewi', 'received'],
  ] as const) {
    await db.add('items', item(id, owner, state));
    await db.put('answers', { key: `${owner} ${id}`, owner, value: 1, at: 0 });
  }
  const left = async () => ({
    items: (await db.getAll('items')).map((each) => each.id),
    answers: (await db.getAllKeys('answers')).join(),
  });
  return { me, practice, left };
}

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('localStorage', { setItem: () => undefined });
  const worker = { pushManager: { getSubscription: async () => ({ unsubscribe }) } };
  vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => worker } });
  unsubscribe.mockClear();
});

it.each([
  ['somebody signs out', null],
  ['another person signs in', DEWI],
])('keeps of the one who left only what the office does not have: %s', async (_, next) => {
  const { me, practice, left } = await inHand();
  me.value = next;
  await vi.waitFor(async () =>
    expect(await left()).toEqual({ items: ['a', 'c'], answers: 'dewi c' }),
  );
  expect(practice.value).toBe(false);
  expect(unsubscribe).toHaveBeenCalledOnce();
});

it('is none when the same person is known a little better', async () => {
  const { me, practice, left } = await inHand();
  me.value = { ...SARI };
  await new Promise((done) => setTimeout(done, 20));
  expect((await left()).items).toEqual(['a', 'b', 'c']);
  expect(practice.value).toBe(true);
  expect(unsubscribe).not.toHaveBeenCalled();
});

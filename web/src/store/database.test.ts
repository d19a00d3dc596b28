/** The database of a phone: through the versions of the app, and through what phones do to it. */
import { openDB } from 'idb';
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, expect, test, vi } from 'vitest';
import { openPhone } from './database';
import { addItem, itemsOf } from './items';

const ITEM = { op: 'report.create', owner: 'ani', part: {}, shown: {}, savedAt: 0 } as const;
const item = (id: string) => ({ ...ITEM, id, reportId: id });

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal('indexedDB', new IDBFactory());
});

/** What a newer app does as it opens: stores are only ever added. */
const newerApp = () =>
  openDB('denyut', 2, { upgrade: (db) => void db.createObjectStore('of the newer one') });

test('a tab lets go for a newer app, and works on with what that has made', async () => {
  const letGo = vi.fn();
  const old = await openPhone(letGo);
  await addItem(old, item('r1'));
  const newer = await newerApp();
  expect(letGo).toHaveBeenCalledOnce();
  const again = await openPhone();
  await addItem(again, item('r2'));
  expect((await itemsOf(again, 'ani')).map(({ id }) => id)).toEqual(['r1', 'r2']);
  again.close();
  newer.close();
});

test('an app that was rolled back finds everything', async () => {
  const before = await openPhone();
  await addItem(before, item('r1'));
  (await newerApp()).close();
  expect(await itemsOf(await openPhone(), 'ani')).toHaveLength(1);
});

test('is opened once, and again when the browser has taken it away', async () => {
  const { phone } = await import('./database');
  const listens = vi.spyOn(IDBDatabase.prototype, 'addEventListener');
  const first = await phone();
  expect(await phone()).toBe(first);
  for (const [kind, listener] of listens.mock.calls) {
    if (kind === 'close') (listener as () => void)();
  }
  const second = await phone();
  expect(second).not.toBe(first);
  expect(await second.count('items')).toBe(0);
});

test('is tried again when it could not be opened', async () => {
  const { phone } = await import('./database');
  const open = vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
    throw new DOMException('no', 'UnknownError');
  });
  await expect(phone()).rejects.toThrow();
  open.mockRestore();
  expect(await (await phone()).count('items')).toBe(0);
});

test('makes room of what can be asked for again, once, and then says that there is none', async () => {
  const { phone, PhoneFull, roomFor } = await import('./database');
  const db = await phone();
  await db.put('answers', { key: 'k', owner: 'sari', value: 1, at: 0 });
  const write = vi.fn(() => Promise.reject(new DOMException('full', 'QuotaExceededError')));
  await expect(roomFor(db, write)).rejects.toBeInstanceOf(PhoneFull);
  expect(write).toHaveBeenCalledTimes(2);
  expect(await db.count('answers')).toBe(0);
});

test('writes all or nothing', async () => {
  const { phone, wholly } = await import('./database');
  const db = await phone();
  const half = wholly(db, ['answers'], async ({ store }) => {
    await store.put({ key: 'k', owner: 'sari', value: 1, at: 0 });
    throw new Error('half way');
  });
  await expect(half).rejects.toThrow('half way');
  expect(await db.count('answers')).toBe(0);
});

/** The database of a phone through the versions of the app. */
import { openDB } from 'idb';
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, expect, test, vi } from 'vitest';
import { openPhone } from './database';
import { addItem, itemsOf } from './items';

const ITEM = { op: 'report.create', owner: 'ani', part: {}, shown: {}, savedAt: 0 } as const;
const item = (id: string) => ({ ...ITEM, id, reportId: id });

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));

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

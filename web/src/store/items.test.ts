/** A phone that is full still sends: what can be asked for again gives way. */
import 'fake-indexeddb/auto';
import { afterEach, expect, it, vi } from 'vitest';
import { openPhone } from './database';
import type { Phone } from './database';
import { addItem, itemsOf, settle, takeBatch } from './items';

const ME = 'sari';

/** Nothing can be put into a store any more, until the kept answers have gone. */
function filled(db: Phone): void {
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  const clear = db.clear.bind(db);
  db.clear = async (store) => {
    await clear(store);
    put.mockRestore();
  };
}

afterEach(() => vi.restoreAllMocks());

it('goes on sending, and keeps the receipt, with the room of answers', async () => {
  const db = await openPhone(undefined, 'full');
  const item = { id: 'a', op: 'report.create' as const, owner: ME, part: {}, reportId: 'a' };
  await addItem(db, { ...item, shown: {}, savedAt: 0 });
  for (const step of [
    () => takeBatch(db, ME, 50, new Set()),
    () => settle(db, ME, [{ id: 'a', as: 'received' }], 0),
  ]) {
    await db.put('answers', { key: `${ME} /v1/me`, owner: ME, value: {}, at: 0 });
    filled(db);
    await step();
    expect(await db.count('answers')).toBe(0);
  }
  expect((await itemsOf(db, ME)).map((each) => each.state)).toEqual(['received']);
  db.close();
});

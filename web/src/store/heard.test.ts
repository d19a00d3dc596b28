import 'fake-indexeddb/auto';
import { beforeEach, expect, it } from 'vitest';
import { openPhone } from './database';
import type { Phone } from './database';
import { heardOf } from './heard';
import { addItem, itemOf, settle } from './items';

const ME = 'sari';
const HERE = { names: 0 };
const receipt = {
  id: 'r',
  receipt: '4F7K-2Q',
  status: 'received',
  version: 1,
  received_at: '2026-11-02T01:20:22Z',
  flags: [],
};
const said = (kind: string, content: object) => ({
  position: 16,
  kind,
  at: '2026-11-02T03:00:00Z',
  employee_id: ME,
  content: { report_id: 'r', ...content },
});
const returned = said('return', {
  status: 'returned',
  version: 2,
  reason: 'Jumlah belum cocok',
  actor_name: 'Ibu Ratna',
});

let db: Phone;
beforeEach(async () => {
  HERE.names += 1;
  db = await openPhone(undefined, `heard-${HERE.names}`);
  const item = { id: 'r', op: 'report.create' as const, owner: ME, part: {}, reportId: 'r' };
  await addItem(db, { ...item, shown: {}, savedAt: 0 });
});

it('shows a returned report with its reason, and takes it back when it is approved', async () => {
  await settle(db, ME, [{ id: 'r', as: 'received', receipt }], 0);
  expect(await heardOf(db, ME, [returned])).toBe(true);
  expect(await itemOf(db, 'r')).toMatchObject({
    state: 'returned',
    reason: 'Jumlah belum cocok',
    returnedBy: 'Ibu Ratna',
    receipt: { receipt: '4F7K-2Q', status: 'returned', version: 2 },
  });
  expect(await heardOf(db, ME, [said('approval', { status: 'approved', version: 3 })])).toBe(true);
  const approved = await itemOf(db, 'r');
  expect(approved).toMatchObject({ state: 'received', receipt: { status: 'approved' } });
  expect(approved?.reason).toBeUndefined();
});

it('goes by versions, so an old word that comes late changes nothing', async () => {
  await settle(db, ME, [{ id: 'r', as: 'received', receipt: { ...receipt, version: 3 } }], 0);
  expect(await heardOf(db, ME, [returned])).toBe(false);
  expect((await itemOf(db, 'r'))?.state).toBe('received');
});

it('leaves alone what has not been received', async () => {
  expect(await heardOf(db, ME, [returned])).toBe(false);
  expect((await itemOf(db, 'r'))?.state).toBe('saved');
});

it('is not undone by the answer to an older word, which comes later', async () => {
  await settle(db, ME, [{ id: 'r', as: 'received', receipt }], 0);
  const change = { id: 'c', op: 'report.revise' as const, owner: ME, part: {}, reportId: 'r' };
  await addItem(db, { ...change, shown: {}, savedAt: 0 });
  const again = said('return', { status: 'returned', version: 3, reason: 'Masih keliru' });
  await heardOf(db, ME, [again]);
  const revised = { ...receipt, status: 'revised', version: 2 };
  await settle(db, ME, [{ id: 'c', as: 'received', receipt: revised }], 0);
  expect(await itemOf(db, 'r')).toMatchObject({ state: 'returned', reason: 'Masih keliru' });
});

it('is believed of a receipt too: what was returned before the answer came is returned', async () => {
  const late = { ...receipt, status: 'returned', version: 2 };
  await settle(db, ME, [{ id: 'r', as: 'received', receipt: late }], 0);
  expect((await itemOf(db, 'r'))?.state).toBe('returned');
});

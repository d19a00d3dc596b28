/** Photos on the phone: kept before anybody says so, sent after their report, never lost. */
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Phone, StoredItem } from '../store/database';
import type { ItemState } from '../store/signals';

const BYTES = new TextEncoder().encode('a small picture').buffer as ArrayBuffer;

vi.mock('./compress', () => ({
  compressed: async () => ({ bytes: BYTES, width: 4, height: 3 }),
  Unreadable: class extends Error {},
}));

/** The modules as a tab has them that was just opened; what is in the database stays. */
async function tab(owner = 'ani') {
  vi.resetModules();
  const session = await import('../store/session');
  session.me.value = { employee: { id: owner } } as never;
  const photos = await import('./photos');
  const { phone } = await import('../store/database');
  return { ...photos, db: await phone() };
}

const report = (id: string, state: ItemState, seq: number) =>
  ({ id, seq, owner: 'ani', op: 'report.create', state, reportId: id, part: {} }) as StoredItem;

/** The draft has become a report. */
async function becomes(db: Phone, reportId: string) {
  for (const photo of await db.getAll('photos')) await db.put('photos', { ...photo, reportId });
}

// A busy machine takes its time; what is waited for is an event, never a duration.
const waitFor: typeof vi.waitFor = (check, given) =>
  vi.waitFor(check, { timeout: 20_000, ...(given as object) });
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));

test('a photo outlives the tab, and belongs to whoever took it', async () => {
  const first = await tab();
  await first.addPhoto('draft:new', new Blob());
  const later = await tab();
  await later.showPhotos();
  expect(later.photos.value.map((photo) => photo.reportId)).toEqual(['draft:new']);
  expect(new Uint8Array(later.photos.value[0]!.bytes)).toEqual(new Uint8Array(BYTES));
  const other = await tab('budi');
  await other.showPhotos();
  expect(other.photos.value).toEqual([]);
});

test('it waits for its report, and the report for nothing', async () => {
  const here = await tab();
  await here.addPhoto('draft:new', new Blob());
  expect(await here.photosToSend(here.db, 'ani')).toEqual([]);
  await becomes(here.db, 'r1');
  for (const [state, goes] of [
    ['saved', false],
    ['sending', false],
    ['quarantined', false],
    ['conflict', false],
    ['received', true],
    ['returned', true],
  ] as const) {
    await here.db.put('items', report('r1', state, 1));
    expect((await here.photosToSend(here.db, 'ani')).length, state).toBe(goes ? 1 : 0);
  }
  await here.db.clear('items'); // the receipt has left this phone after a week
  expect(await here.photosToSend(here.db, 'ani')).toHaveLength(1);
});

test('it is shown beside its report as soon as that is saved', async () => {
  const here = await tab();
  here.followPhotos();
  await here.addPhoto('draft:new', new Blob());
  const { saveReport } = await import('../store/outbox');
  const done = { target_id: 't', quantity: 1, activity_at: '2026-11-24T02:00:00Z', note: '' };
  const id = await saveReport(done, {}, undefined, 'new');
  await waitFor(() => expect(here.photos.value.map((each) => each.reportId)).toEqual([id]));
});

test('what the office refuses stays with its reason until the person takes it away', async () => {
  const here = await tab();
  await here.addPhoto('r1', new Blob());
  const { id } = here.photos.value[0]!;
  await here.refusePhoto(id, { code: 'image_unreadable' } as never);
  expect(here.photos.value[0]).toMatchObject({ state: 'refused' });
  expect(await here.photosToSend(here.db, 'ani')).toEqual([]);
  await here.dropPhoto(id);
  expect(here.photos.value).toEqual([]);
});

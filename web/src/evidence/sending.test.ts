/** The sender of photos: what fails for now waits, what fails for ever is put aside. */
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, expect, test, vi } from 'vitest';

const BYTES = new TextEncoder().encode('a small picture').buffer as ArrayBuffer;
const uploads = vi.fn();

vi.mock('./compress', () => ({
  compressed: async () => ({ bytes: BYTES, width: 4, height: 3 }),
}));
vi.mock('./upload', () => ({ upload: uploads }));

async function tab() {
  vi.resetModules();
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('navigator', {});
  const session = await import('../store/session');
  session.me.value = { employee: { id: 'ani' } } as never;
  session.standing.value = 'signed_in';
  const { Refused, Unreachable } = await import('../api/client');
  const refused = (code: string, retry: string) =>
    new Refused({ code, retry, texts: {}, action: {} } as never, null);
  const photos = await import('./photos');
  return { session, refused, Unreachable, ...photos, ...(await import('./sending')) };
}

// A busy machine takes its time; what is waited for is an event, never a duration.
const waitFor: typeof vi.waitFor = (check, given) =>
  vi.waitFor(check, { timeout: 20_000, ...(given as object) });
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  uploads.mockReset();
});

test('what has arrived leaves the phone', async () => {
  const here = await tab();
  await here.addPhoto('r1', new Blob());
  await here.addPhoto('r2', new Blob());
  here.sendPhotos();
  await waitFor(() => expect(here.photos.value).toEqual([]));
  expect(uploads).toHaveBeenCalledTimes(2);
  expect(here.onItsWay.value).toBeNull();
});

test('a line that breaks is tried again by itself, and nothing is lost', async () => {
  const here = await tab();
  await here.addPhoto('r1', new Blob());
  uploads.mockRejectedValueOnce(new here.Unreachable());
  here.sendPhotos();
  await waitFor(() => expect(here.photos.value).toEqual([]));
  expect(uploads).toHaveBeenCalledTimes(2);
});

test.each(['never', 'after_change'])('a refusal to try again %s puts it aside', async (retry) => {
  const here = await tab();
  await here.addPhoto('r1', new Blob());
  uploads.mockRejectedValueOnce(here.refused('image_unreadable', retry));
  here.sendPhotos();
  await waitFor(() => expect(here.photos.value[0]?.state).toBe('refused'));
});

test('an ended session stops it and throws nothing away', async () => {
  const here = await tab();
  await here.addPhoto('r1', new Blob());
  here.session.standing.value = 'lapsed';
  here.sendPhotos();
  await new Promise((done) => setTimeout(done, 50));
  expect(uploads).not.toHaveBeenCalled();
  expect(here.photos.value).toHaveLength(1);
});

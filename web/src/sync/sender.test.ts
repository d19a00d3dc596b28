import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Me } from '../api/types';
import { FakeLocks } from '../store/fake_locks';

const SARI = { employee: { id: 'sari' } } as Me;
const DONE = { target_id: 't', quantity: 1, activity_at: '2026-11-24T02:00:00Z', note: '' };

interface Sent {
  mutations: { mutation_id: string }[];
  cursor?: string;
}

const office = { sent: [] as Sent[], answers: [] as (() => Response)[] };
const realTimeout = setTimeout; // also while the test decides how late it is
const window = { now: new EventTarget() };

/** Words between tabs, told at once. */
class Channel {
  static all: Channel[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(readonly name: string) {
    Channel.all.push(this);
  }
  postMessage(data: unknown): void {
    for (const each of Channel.all) {
      if (each !== this && each.name === this.name) each.onmessage?.({ data });
    }
  }
}

const json = (body: unknown, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const refused =
  (status: number, code: string, headers = {}) =>
  () =>
    json({ code, status, retry: 'later', texts: {}, action: {} }, status, headers);

function applied({ mutations }: Sent): Response {
  const results = mutations.map(({ mutation_id }) => ({ mutation_id, outcome: 'applied' }));
  return json({ results, changes: [], resets: [], cursor: 'c', next_sync_after_s: 60 });
}

/** A phone that has just started, with nothing in its memory; Sari is signed in. */
async function started(cursor: string | null = null) {
  vi.resetModules();
  const [sender, outbox, session, signals, client] = await Promise.all([
    import('./sender'),
    import('../store/outbox'),
    import('../store/session'),
    import('../store/signals'),
    import('../api/client'),
  ]);
  client.useKeys({ access: async () => 'token', renewed: async () => null });
  session.me.value = SARI;
  session.standing.value = 'signed_in';
  const changed = vi.fn();
  sender.keepSending({ cursor: () => cursor, changed });
  return { ...sender, ...outbox, ...session, ...signals, changed };
}

// A busy machine takes its time; what is waited for is an event, never a duration.
const waitFor: typeof vi.waitFor = (check, given) =>
  vi.waitFor(check, { timeout: 20_000, ...(given as object) });
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  Object.assign(office, { sent: [], answers: [] });
  vi.spyOn(Math, 'random').mockReturnValue(0.01);
  // Senders of other tests go on in their own page and on their own phone.
  window.now = new EventTarget();
  const page = window.now;
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.stubGlobal('document', Object.assign(page, { visibilityState: 'visible' }));
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('navigator', {}); // no locks: this tab alone
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    const sent = JSON.parse(body) as Sent;
    office.sent.push(sent);
    return (office.answers.shift() ?? (() => applied(sent)))();
  });
});

it('sends what is saved, and says that it is received', async () => {
  const phone = await started();
  const id = await phone.saveReport(DONE);
  await waitFor(() => expect(phone.outbox.value[0]?.state).toBe('received'));
  expect(office.sent.map((each) => each.mutations.map((one) => one.mutation_id))).toEqual([[id]]);
  await waitFor(() => expect(phone.sending.value.now).toBe('idle'));
  expect(phone.unsent.value).toBe(0);
});

it('tells who listens what the office has received', async () => {
  const phone = await started();
  const received: string[] = [];
  phone.onReceived((items) => received.push(...items.map((each) => each.item.id)));
  const id = await phone.saveReport(DONE);
  await waitFor(() => expect(received).toEqual([id]));
});

it('tries again by itself after an answer that did not come', async () => {
  const phone = await started();
  office.answers = [() => Response.error(), refused(503, 'busy')];
  await phone.saveReport(DONE);
  await waitFor(() => expect(phone.outbox.value[0]?.state).toBe('received'));
  expect(office.sent).toHaveLength(3);
});

it('waits as long as the office asks for, whatever else happens', async () => {
  const phone = await started();
  office.answers = [refused(503, 'busy', { 'retry-after': '2' })];
  await phone.saveReport(DONE);
  await waitFor(() => expect(phone.sending.value.now).toBe('waiting'));
  expect(phone.sending.value.problem?.code).toBe('busy');
  expect(phone.sending.value.until! - Date.now()).toBeGreaterThan(1_000);
  window.now.dispatchEvent(new Event('online'));
  await new Promise((done) => setTimeout(done, 100));
  expect(office.sent).toHaveLength(1);
  expect(phone.outbox.value[0]?.state).toBe('saved');
});

it('pauses when the session has ended, and goes on with whoever signs in', async () => {
  const phone = await started();
  office.answers = [
    () => {
      phone.standing.value = 'lapsed'; // as the session does when its renewal is refused
      return refused(401, 'session_expired')();
    },
  ];
  await phone.saveReport(DONE);
  await waitFor(() => expect(phone.sending.value.now).toBe('paused'));
  expect(phone.outbox.value[0]?.state).toBe('saved');
  expect((await phone.syncNow()).now).toBe('paused');
  expect(office.sent.length).toBeLessThanOrEqual(2); // saving it has rung once more
  phone.standing.value = 'signed_in';
  await waitFor(() => expect(phone.outbox.value[0]?.state).toBe('received'));
});

it('asks for changes with the cursor only when nothing waits to be sent', async () => {
  const phone = await started('where-i-am');
  office.answers = [
    () => json({ results: [], changes: [{ topic: 'person:sari' }], resets: [], cursor: 'c' }),
  ];
  await waitFor(() => expect(phone.changed).toHaveBeenCalledOnce());
  expect(office.sent[0]).toMatchObject({ mutations: [], cursor: 'where-i-am' });
  await phone.saveReport(DONE);
  await waitFor(() => expect(phone.outbox.value[0]?.state).toBe('received'));
  const withItems = office.sent.find((each) => each.mutations.length);
  expect(withItems?.cursor).toBeUndefined();
});

it('answers a person who asks to send now when the round has ended', async () => {
  const phone = await started();
  const said = await phone.syncNow();
  expect(said.now).toBe('idle');
  expect(said.rounds).toBeGreaterThan(0);
});

it('does not storm an office that refuses a session which this phone holds to be good', async () => {
  const phone = await started();
  vi.mocked(Math.random).mockReturnValue(0.9);
  office.answers = Array.from({ length: 50 }, () => refused(401, 'session_expired'));
  await phone.saveReport(DONE);
  await waitFor(() => expect(phone.sending.value.now).toBe('waiting'));
  await new Promise((done) => setTimeout(done, 100));
  expect(office.sent.length).toBeLessThanOrEqual(2);
});

describe('beside other tabs', () => {
  beforeEach(() => {
    vi.stubGlobal('navigator', { locks: new FakeLocks() });
    vi.stubGlobal('BroadcastChannel', Channel);
    Channel.all = [];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => void vi.useRealTimers());

  /** The database has answered whatever it was asked. */
  const database = async () => {
    for (let turn = 0; turn < 30; turn += 1) await new Promise((done) => realTimeout(done));
  };
  const sleeps = () =>
    navigator.locks.request('denyut-sending', () => new Promise(() => undefined)).catch(() => null);

  it('takes the turn of one that is asleep, and sends', async () => {
    void sleeps();
    const phone = await started();
    const id = await phone.saveReport(DONE);
    await vi.advanceTimersByTimeAsync(4_000);
    await database();
    expect(office.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    await waitFor(() => expect(phone.outbox.value[0]?.state).toBe('received'));
    expect(office.sent[0]?.mutations).toMatchObject([{ mutation_id: id }]);
  });

  it('leaves the turn to one that answers', async () => {
    void sleeps();
    const other = new Channel('denyut-sending');
    const idle = { now: 'idle', until: null, problem: null, lastAt: null, rounds: 1 };
    other.onmessage = () => other.postMessage({ kind: 'state', state: idle });
    const phone = await started();
    await phone.saveReport(DONE);
    await vi.advanceTimersByTimeAsync(20_000);
    await database();
    expect(office.sent).toEqual([]);
  });

  it('sends no more once its own turn was taken away, and waits for it anew', async () => {
    const phone = await started();
    // A round that has begun ends; what is saved meanwhile might go with it.
    await waitFor(() => expect(phone.sending.value.rounds).toBeGreaterThan(0));
    let ends = () => undefined as void;
    const other = navigator.locks.request(
      'denyut-sending',
      { steal: true },
      () => new Promise<void>((resolve) => (ends = resolve)),
    );
    await vi.advanceTimersByTimeAsync(0);
    await phone.saveReport(DONE);
    await vi.advanceTimersByTimeAsync(1_000);
    await database();
    expect(office.sent).toEqual([]);
    ends();
    await other;
    await waitFor(() => expect(office.sent).toHaveLength(1));
  });
});

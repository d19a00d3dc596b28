/** The feed of whoever is signed in, and of nobody else. */
import 'fake-indexeddb/auto';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Me } from '../api/types';

const SARI = { employee: { id: 'sari' }, headships: [], roles: [] } as unknown as Me;
const DEWI = { employee: { id: 'dewi' }, headships: [], roles: [] } as unknown as Me;

class Wire extends EventTarget {
  static last: Wire | null = null;
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly said: string[] = [];

  constructor() {
    super();
    Wire.last = this;
  }
  send(text: string): void {
    this.said.push(text);
  }
  close(): void {
    this.readyState = 3;
  }
  welcomes(person: string): void {
    this.onopen?.();
    const topics = { [`person:${person}`]: { mode: 'events', upto: 16 } };
    const welcome = { type: 'welcome', epoch: 'e', employee_id: person, topics, ping_every_s: 25 };
    this.onmessage?.({ data: JSON.stringify(welcome) });
  }
}

const snapshotOf = (person: string) =>
  new Response(
    JSON.stringify({
      epoch: 'e',
      cursor: '',
      topics: [{ topic: `person:${person}`, mode: 'events', upto: 16, cards: [], progress: {} }],
    }),
  );

async function started() {
  vi.resetModules();
  const [feed, session, signals, client] = await Promise.all([
    import('./feed'),
    import('../store/session'),
    import('../store/signals'),
    import('../api/client'),
  ]);
  client.useKeys(session.sessionKeys);
  await session.signIn('1', 'secret');
  feed.followFeed();
  await vi.waitFor(() => expect(Wire.last).not.toBeNull());
  return { ...feed, ...session, ...signals };
}

let answer: ((response: Response) => void) | undefined;

beforeEach(() => {
  Wire.last = null;
  answer = undefined;
  vi.stubGlobal('WebSocket', Wire);
  vi.stubGlobal('location', { href: 'http://localhost/' });
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.stubGlobal('addEventListener', () => undefined);
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
  const tokens = { access_token: 'token', refresh_token: 'refresh', expires_in: 900 };
  vi.stubGlobal('fetch', async (path: string) => {
    if (path.startsWith('/v1/feed')) return new Promise((resolve) => (answer = resolve));
    return new Response(JSON.stringify(path === '/v1/me' ? SARI : tokens));
  });
});

it('shows what the office has of this person', async () => {
  const phone = await started();
  Wire.last?.welcomes('sari');
  await vi.waitFor(() => expect(answer).toBeDefined());
  answer?.(snapshotOf('sari'));
  await vi.waitFor(() => expect(phone.topics.value['person:sari']?.current).toBe(true));
  expect(phone.connection.value).toBe('live');
});

it('shows nothing of the one who was here before, however late it comes', async () => {
  const phone = await started();
  Wire.last?.welcomes('sari');
  await vi.waitFor(() => expect(answer).toBeDefined());
  const late = answer;
  phone.me.value = DEWI;
  late?.(snapshotOf('sari'));
  await new Promise((done) => setTimeout(done, 150));
  expect(Object.keys(phone.topics.value)).toEqual([]);
});

it('connects for nobody who left while the phone was still being read', async () => {
  const phone = await started();
  const first = Wire.last;
  phone.me.value = DEWI;
  phone.me.value = null;
  await new Promise((done) => setTimeout(done, 50));
  expect(Wire.last).toBe(first);
});

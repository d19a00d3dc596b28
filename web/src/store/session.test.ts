/** Signing in, renewing and lapsing: what this phone keeps of a person, and when it forgets. */
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { beforeEach, expect, test, vi } from 'vitest';

const PERSON = {
  employee: { id: 'e1', nip: '1', name: 'Ani', unit_id: 'u1', unit_name: 'TU', active: true },
  language: 'id',
  zone: 'Asia/Makassar',
  asks_location: false,
  headships: [],
  roles: [],
  server_time: '2026-11-24T03:00:00Z',
};
const tokens = (n: number, expires_in = 900) => ({
  access_token: `access ${n}`,
  refresh_token: `refresh ${n}`,
  expires_in,
});
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const refused = (code: string, status: number) =>
  json({ code, status, texts: { id: '', en: '' }, action: { id: '', en: '' } }, status);

type Asked = { method: string; path: string; body: Record<string, unknown> };
let asked: Asked[];
let answers: Record<string, () => Response>;
let slow: Promise<Response> | null; // the next answer, while it is on its way

/** The module as a tab has it that was just opened; what is in the database stays. */
async function tab() {
  vi.resetModules();
  const session = await import('./session');
  const client = await import('../api/client');
  client.useKeys(session.sessionKeys);
  await session.rememberSession();
  return session;
}

beforeEach(() => {
  vi.unstubAllGlobals();
  vi.stubGlobal('indexedDB', new IDBFactory());
  asked = [];
  slow = null;
  answers = {
    'POST /v1/sessions': () => json({ ...tokens(1), employee: PERSON.employee }, 201),
    'GET /v1/me': () => json(PERSON),
    'DELETE /v1/sessions/current': () => new Response(null, { status: 204 }),
  };
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const method = init.method ?? 'GET';
    asked.push({ method, path, body: JSON.parse((init.body as string | undefined) ?? '{}') });
    if (slow) return slow;
    const answer = answers[`${method} ${path}`];
    if (!answer) throw new TypeError('no signal');
    return answer();
  });
});

const device = (index: number) => (asked[index]?.body.device as { id: string }).id;

test('whoever signs in is known in the next tab too, without asking anybody', async () => {
  const first = await tab();
  expect(first.standing.value).toBe('nobody');
  await first.signIn('1', 'secret');
  expect(first.standing.value).toBe('signed_in');
  expect(await first.sessionKeys.access()).toBe('access 1');
  asked = [];
  const second = await tab();
  expect(second.standing.value).toBe('signed_in');
  expect(second.me.value?.employee.name).toBe('Ani');
  expect(asked).toEqual([]);
});

test('a phone has one id, however often somebody signs in', async () => {
  const session = await tab();
  await session.signIn('1', 'secret');
  await session.signIn('1', 'secret');
  const [one, other] = asked.flatMap((each, index) => (each.method === 'POST' ? [index] : []));
  expect(device(one ?? -1)).toBe(device(other ?? -1));
});

test('many who need a token at once renew it once', async () => {
  await (await tab()).signIn('1', 'secret');
  answers['POST /v1/sessions/refresh'] = () => json(tokens(2));
  const session = await tab();
  asked = [];
  const given = await Promise.all([1, 2, 3].map(() => session.sessionKeys.access()));
  expect(given).toEqual(['access 2', 'access 2', 'access 2']);
  expect(asked.map((each) => each.body)).toEqual([{ refresh_token: 'refresh 1' }]);
});

test('a token that is about to end is renewed before it is used', async () => {
  answers['POST /v1/sessions'] = () => json({ ...tokens(1, 10), employee: PERSON.employee }, 201);
  answers['POST /v1/sessions/refresh'] = () => json(tokens(2));
  const session = await tab();
  await session.signIn('1', 'secret');
  expect(await session.sessionKeys.access()).toBe('access 2');
});

test('a session that has ended makes the phone ask for a sign-in and forget nothing else', async () => {
  await (await tab()).signIn('1', 'secret');
  answers['POST /v1/sessions/refresh'] = () => refused('session_expired', 401);
  const session = await tab();
  expect(await session.sessionKeys.access()).toBeNull();
  expect(session.standing.value).toBe('lapsed');
  expect(session.me.value?.employee.name).toBe('Ani');
  expect((await tab()).standing.value).toBe('lapsed');
});

test.each([
  ['silence', undefined],
  ['a server in trouble', () => refused('unexpected', 500)],
  ['a busy server', () => refused('too_busy', 503)],
])('%s ends no session', async (_name, answer) => {
  await (await tab()).signIn('1', 'secret');
  if (answer) answers['POST /v1/sessions/refresh'] = answer;
  const session = await tab();
  await expect(session.sessionKeys.access()).rejects.toThrow();
  expect(session.standing.value).toBe('signed_in');
  answers['POST /v1/sessions/refresh'] = () => json(tokens(2));
  expect(await session.sessionKeys.access()).toBe('access 2');
});

test('signing out works without signal, and the phone forgets the person', async () => {
  const session = await tab();
  await session.signIn('1', 'secret');
  delete answers['DELETE /v1/sessions/current'];
  await session.signOut();
  expect(session.me.value).toBeNull();
  expect((await tab()).standing.value).toBe('nobody');
});

test('signing in takes the tokens and the person together, or neither', async () => {
  await (await tab()).signIn('1', 'secret');
  const dewi = { ...PERSON, employee: { ...PERSON.employee, id: 'e2', name: 'Dewi' } };
  answers['POST /v1/sessions'] = () => json({ ...tokens(7), employee: dewi.employee }, 201);
  delete answers['GET /v1/me'];
  await expect((await tab()).signIn('2', 'secret')).rejects.toThrow();
  answers['POST /v1/sessions/refresh'] = () => json(tokens(2));
  const next = await tab();
  expect(next.me.value?.employee.name).toBe('Ani');
  asked = [];
  expect(await next.sessionKeys.access()).toBe('access 2');
  expect(asked[0]?.body).toEqual({ refresh_token: 'refresh 1' });
});

/** A tab that has asked for another token and still waits for the answer. */
async function whileRenewing() {
  const session = await tab();
  answers['POST /v1/sessions'] = () => json({ ...tokens(1, 10), employee: PERSON.employee }, 201);
  await session.signIn('1', 'secret');
  let answer: (response: Response) => void = () => undefined;
  slow = new Promise((resolve) => (answer = resolve));
  const renewing = session.sessionKeys.access();
  await vi.waitFor(() => expect(asked.at(-1)?.path).toBe('/v1/sessions/refresh'));
  slow = null;
  return { session, renewing, answer };
}

test('a renewal that was overtaken brings nobody back', async () => {
  const { session, renewing, answer } = await whileRenewing();
  await session.signOut();
  answer(json(tokens(2)));
  await expect(renewing).rejects.toThrow();
  expect(session.standing.value).toBe('nobody');
  expect((await tab()).standing.value).toBe('nobody');
});

test('a refused token does not end the session that somebody began meanwhile', async () => {
  const { session, renewing, answer } = await whileRenewing();
  answers['POST /v1/sessions'] = () => json({ ...tokens(5), employee: PERSON.employee }, 201);
  await session.signIn('1', 'secret');
  answer(refused('session_expired', 401));
  await expect(renewing).rejects.toThrow();
  expect(await session.sessionKeys.access()).toBe('access 5');
  expect((await tab()).standing.value).toBe('signed_in');
});

test('a session that ended in another tab is over here too, as soon as a token is wanted', async () => {
  await (await tab()).signIn('1', 'secret');
  const session = await tab();
  answers['POST /v1/sessions/refresh'] = () => refused('session_expired', 401);
  await (await tab()).sessionKeys.access();
  session.standing.value = 'signed_in'; // as if no word had come from the other tab
  expect(await session.sessionKeys.access()).toBeNull();
  expect(session.standing.value).toBe('lapsed');
});

test('a refusal to renew is waited for once by all who need a token', async () => {
  await (await tab()).signIn('1', 'secret');
  const session = await tab();
  asked = [];
  const all = [1, 2, 3].map(() => session.sessionKeys.access().catch(() => 'silence'));
  expect(await Promise.all(all)).toEqual(['silence', 'silence', 'silence']);
  expect(asked).toHaveLength(1);
});

test('a browser without words between tabs starts all the same', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  const session = await tab();
  session.followOtherTabs();
  await session.signIn('1', 'secret');
  expect(session.standing.value).toBe('signed_in');
});

test('signing out ends the session at the office, with a token that is fresh', async () => {
  await (await tab()).signIn('1', 'secret');
  answers['POST /v1/sessions/refresh'] = () => json(tokens(2));
  const session = await tab();
  asked = [];
  await session.signOut();
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/sessions/refresh',
    'DELETE /v1/sessions/current',
  ]);
});

test('the token of one person is not the next one’s', async () => {
  const page = await tab();
  await page.signIn('1', 'secret');
  const worker = await tab(); // lives on beside the page, as a service worker does
  answers['POST /v1/sessions/refresh'] = () => json(tokens(2));
  expect(await worker.sessionKeys.access()).toBe('access 2');
  const dewi = { ...PERSON, employee: { ...PERSON.employee, id: 'e2', name: 'Dewi' } };
  answers['POST /v1/sessions'] = () => json({ ...tokens(7), employee: dewi.employee }, 201);
  answers['GET /v1/me'] = () => json(dewi);
  await page.signIn('2', 'secret');
  answers['POST /v1/sessions/refresh'] = () => json(tokens(8));
  await worker.rememberSession();
  expect(await worker.sessionKeys.access()).toBe('access 8');
});

test('a token of one person is given for the work of nobody else', async () => {
  const session = await tab();
  await session.signIn('1', 'secret');
  expect(await session.sessionKeys.access('e1')).toBe('access 1');
  expect(await session.sessionKeys.access('e2')).toBeNull();
  const dewi = { ...PERSON, employee: { ...PERSON.employee, id: 'e2', name: 'Dewi' } };
  answers['POST /v1/sessions'] = () => json({ ...tokens(7), employee: dewi.employee }, 201);
  answers['GET /v1/me'] = () => json(dewi);
  answers['POST /v1/sessions/refresh'] = () => json(tokens(8));
  await session.signIn('2', 'secret');
  expect(await session.sessionKeys.access('e1')).toBeNull();
  expect(await session.sessionKeys.renewed('access 1')).toBeNull();
  expect(await session.sessionKeys.access('e2')).not.toBeNull();
});

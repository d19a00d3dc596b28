/** Asking the service: addresses, tokens that run out, and the three ways in which it can end. */
import { afterEach, expect, test, vi } from 'vitest';
import { learnTime, officeNow } from './clock';
import { address, ask, Refused, said, Unreachable, useKeys } from './client';

const PROBLEM = {
  type: 'about:blank',
  title: 'x',
  status: 409,
  code: 'conflict',
  detail: 'x',
  texts: { id: 'Sudah berubah.', en: 'It has changed.' },
  action: { id: 'Muat ulang.', en: 'Load it again.' },
  retry: 'after_change',
};

function answering(...answers: (Response | Error)[]) {
  const asked = vi.fn(async (_url: string, _init: RequestInit) => {
    const answer = answers.shift();
    if (!answer || answer instanceof Error) throw answer ?? new TypeError('no more answers');
    return answer;
  });
  vi.stubGlobal('fetch', asked);
  return asked;
}

const json = (body: unknown, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers });

function bearer(asked: ReturnType<typeof answering>, call: number): string | undefined {
  return (asked.mock.calls[call]?.[1].headers as Record<string, string>).authorization;
}

afterEach(() => {
  vi.unstubAllGlobals();
  useKeys({ access: async () => null, renewed: async () => null });
});

test('an address has its fills and its query, and nothing that is not given', () => {
  const query = { limit: 20, cursor: null, unit: undefined, q: 'a b' };
  expect(address('/v1/people/{person_id}/targets', { path: { person_id: 'a/b' }, query })).toBe(
    '/v1/people/a%2Fb/targets?limit=20&q=a+b',
  );
});

test('a token that has run out is renewed once and the request asked again', async () => {
  useKeys({ access: async () => 'old', renewed: async (refused) => `new after ${refused}` });
  const asked = answering(json({ ...PROBLEM, status: 401 }, 401), json({ zone: 'Asia/Jakarta' }));
  expect((await ask('get', '/v1/me')).zone).toBe('Asia/Jakarta');
  expect([bearer(asked, 0), bearer(asked, 1)]).toEqual(['Bearer old', 'Bearer new after old']);
});

test('whoever cannot renew is refused, and nothing is asked again', async () => {
  useKeys({ access: async () => 'old', renewed: async () => null });
  const asked = answering(json({ ...PROBLEM, status: 401 }, 401));
  await expect(ask('get', '/v1/me')).rejects.toBeInstanceOf(Refused);
  expect(asked).toHaveBeenCalledTimes(1);
});

test('a refusal tells why, and when to come back', async () => {
  answering(json(PROBLEM, 429, { 'retry-after': '7' }));
  const refused = await ask('get', '/v1/me').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refused);
  expect((refused as Refused).retryAfterS).toBe(7);
  expect(said(refused)).toBe('Sudah berubah. Muat ulang.');
});

test('silence, and a page that is not ours, leave open what became of the request', async () => {
  answering(new TypeError('network'), new Response('<html>Captive portal</html>', { status: 502 }));
  await expect(ask('get', '/v1/me')).rejects.toBeInstanceOf(Unreachable);
  await expect(ask('get', '/v1/me')).rejects.toBeInstanceOf(Unreachable);
});

test('an answer that stops in the middle is none', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (_: string, { signal }: RequestInit) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"zone":'));
        signal?.addEventListener('abort', () => controller.error(signal.reason));
      },
    });
    return new Response(body);
  });
  const asking = ask('get', '/v1/me').catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(31_000);
  vi.useRealTimers();
  expect(await asking).toBeInstanceOf(Unreachable);
});

test('an answer that comes slowly, piece by piece, is waited for', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (_: string, { signal }: RequestInit) => {
    const pieces = ['{"zone":', '"Asia', '/Jakarta', '"}'];
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((done) => setTimeout(done, 20_000));
        if (signal?.aborted) return controller.error(signal.reason);
        const piece = pieces.shift();
        if (piece) controller.enqueue(new TextEncoder().encode(piece));
        else controller.close();
      },
    });
    return new Response(body);
  });
  const asking = ask('get', '/v1/me');
  await vi.advanceTimersByTimeAsync(120_000);
  vi.useRealTimers();
  expect((await asking).zone).toBe('Asia/Jakarta');
});

test('a portal that answers everything with its own page has answered nothing', async () => {
  const login = () => new Response('<html>Masuk ke WiFi</html>', { status: 200 });
  answering(login(), new Response('', { status: 200 }), new Response('{"zone": "Asia/Ja'));
  for (let each = 0; each < 3; each += 1) {
    await expect(ask('get', '/v1/me')).rejects.toBeInstanceOf(Unreachable);
  }
});

test('work of one person goes with the token of that person', async () => {
  const access = vi.fn(async () => 'hers');
  useKeys({ access, renewed: async () => null });
  answering(json({ zone: 'Asia/Jakarta' }));
  await ask('get', '/v1/me', { owner: 'sari' });
  expect(access).toHaveBeenCalledExactlyOnceWith('sari');
});

test('an answer without a body is nothing', async () => {
  answering(new Response(null, { status: 204 }));
  expect(await ask('delete', '/v1/sessions/current')).toBeUndefined();
});

test('an answer without a body is nothing, also where the browser gives it an empty one', async () => {
  const empty = { status: 204, ok: true, headers: new Headers(), body: new Blob([]).stream() };
  answering(empty as unknown as Response);
  expect(await ask('delete', '/v1/sessions/current')).toBeUndefined();
});

test.each([
  ['the office', { 'x-request-id': 'a1' }, true],
  ['a box on the way, also in JSON', { 'content-type': 'application/json' }, false],
])('the time is learned from %s: %o', async (_who, headers, learns) => {
  const date = new Date(Date.now() - 86_400_000).toUTCString();
  answering(json({ zone: 'Asia/Jakarta' }, 200, { date, ...headers }));
  await ask('get', '/v1/me');
  expect(officeNow() < Date.now() - 80_000_000).toBe(learns);
  learnTime(new Date().toUTCString(), Date.now());
});

/** What the service worker answers when the phone gives it trouble, and where a tapped notice leads. */
import { beforeEach, expect, it, vi } from 'vitest';

type Handler = (event: Record<string, unknown>) => void;

const ORIGIN = 'https://denyut.test';
const handlers = new Map<string, Handler>();
const windows = { urls: [] as string[], opened: [] as string[], told: [] as string[] };
const stored = { open: vi.fn(), match: vi.fn(), put: vi.fn() };

beforeEach(async () => {
  vi.resetModules();
  handlers.clear();
  Object.assign(windows, { urls: [], opened: [], told: [] });
  stored.match.mockReset().mockResolvedValue(undefined);
  stored.put.mockReset().mockResolvedValue(undefined);
  stored.open.mockReset().mockImplementation(async () => stored);
  vi.stubGlobal('DENYUT_BUILD', 'b');
  vi.stubGlobal('DENYUT_FILES', '/index.html /assets/a.js');
  vi.stubGlobal('DENYUT_LATER', '/assets/lead.js');
  vi.stubGlobal('caches', { open: stored.open });
  vi.stubGlobal('fetch', async () => new Response('from the service'));
  vi.stubGlobal('self', {
    location: { origin: ORIGIN },
    addEventListener: (name: string, handler: Handler) => handlers.set(name, handler),
    clients: {
      matchAll: async () =>
        windows.urls.map((path) => ({
          url: ORIGIN + path,
          postMessage: ({ open }: { open: string }) => windows.told.push(`${path} ${open}`),
          focus: async () => undefined,
        })),
      openWindow: async (path: string) => windows.opened.push(path),
    },
  });
  await import('./worker');
});

async function answerTo(path: string): Promise<string> {
  const event = {
    request: { url: ORIGIN + path, method: 'GET', mode: 'cors' },
    respondWith: vi.fn(),
  };
  handlers.get('fetch')?.(event);
  const [answer] = event.respondWith.mock.calls[0] as [Promise<Response>];
  return (await answer).text();
}

async function tapped(data: object): Promise<void> {
  const event = { notification: { close: () => undefined, data }, waitUntil: vi.fn() };
  handlers.get('notificationclick')?.(event);
  await event.waitUntil.mock.calls[0]?.[0];
}

it('answers from the phone what is there', async () => {
  stored.match.mockResolvedValue(new Response('from the phone'));
  expect(await answerTo('/assets/a.js')).toBe('from the phone');
});

it('hands on what was fetched, also on a phone with no room to keep it', async () => {
  stored.put.mockRejectedValue(new DOMException('full', 'QuotaExceededError'));
  expect(await answerTo('/assets/a.js')).toBe('from the service');
});

it('asks the service where the phone cannot be read', async () => {
  stored.open.mockRejectedValue(new DOMException('broken', 'UnknownError'));
  expect(await answerTo('/assets/a.js')).toBe('from the service');
});

it('leaves to the service what is the service’s', () => {
  const event = { request: { url: `${ORIGIN}/v1/me`, method: 'GET' }, respondWith: vi.fn() };
  handlers.get('fetch')?.(event);
  expect(event.respondWith).not.toHaveBeenCalled();
});

it('shows a tapped notice in the open tab of the app', async () => {
  windows.urls = ['/s/k7', '/today'];
  await tapped({ screen: 'feedback' });
  expect(windows.told).toEqual(['/today /feedback']);
});

it('opens the app where no tab is open', async () => {
  await tapped({ screen: 'target', target_id: 't', notice_id: 'n' });
  expect(windows.opened).toEqual(['/targets/t?notice=n']);
});

it('opens the app beside a tab that shows something else of the service', async () => {
  windows.urls = ['/s/k7'];
  await tapped({ screen: 'feedback' });
  expect(windows.told).toEqual([]);
  expect(windows.opened).toEqual(['/feedback']);
});

/** The browser's offer is kept, used once, and put off for two weeks. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const DAY_MS = 24 * 3_600_000;
const kept = new Map<string, string>();

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers({ now: Date.parse('2026-11-24T02:00:00Z') });
  const listeners = new EventTarget();
  vi.stubGlobal('addEventListener', listeners.addEventListener.bind(listeners));
  vi.stubGlobal('dispatchEvent', listeners.dispatchEvent.bind(listeners));
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
});

afterEach(() => {
  kept.clear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function offered(): { asked: number } {
  const event = new Event('beforeinstallprompt', { cancelable: true });
  const told = { asked: 0 };
  Object.assign(event, { prompt: async () => void (told.asked += 1) });
  dispatchEvent(event);
  return told;
}

test('nothing is said before the browser offers it', async () => {
  const { installSpokenOf, installWay, keepInstallOffer } = await import('./install');
  keepInstallOffer();
  expect([installWay.value, installSpokenOf.value]).toEqual(['none', false]);
});

test('an offer is good for one question', async () => {
  const { install, installWay, keepInstallOffer } = await import('./install');
  keepInstallOffer();
  const told = offered();
  expect(installWay.value).toBe('ask');
  await install();
  await install();
  expect([told.asked, installWay.value]).toEqual([1, 'none']);
});

test('later is two weeks, also after the app was closed', async () => {
  const first = await import('./install');
  first.keepInstallOffer();
  offered();
  first.installLater();
  expect([first.installWay.value, first.installSpokenOf.value]).toEqual(['ask', false]);
  for (const [days, spoken] of [
    [13, false],
    [15, true],
  ] as const) {
    vi.resetModules();
    vi.setSystemTime(Date.parse('2026-11-24T02:00:00Z') + days * DAY_MS);
    const next = await import('./install');
    next.keepInstallOffer();
    offered();
    expect(next.installSpokenOf.value).toBe(spoken);
  }
});

test('once it is installed there is nothing to offer', async () => {
  const { installWay, keepInstallOffer } = await import('./install');
  keepInstallOffer();
  offered();
  dispatchEvent(new Event('appinstalled'));
  expect(installWay.value).toBe('none');
});

import { beforeEach, expect, it, vi } from 'vitest';

const YEAR_MS = 365 * 86_400_000;
const NOW = Date.UTC(2026, 10, 24, 3);
const kept = new Map<string, string>();

beforeEach(() => {
  vi.resetModules();
  kept.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.useFakeTimers({ now: NOW });
});

const clock = () => import('./clock');

it('believes the phone until the office says otherwise', async () => {
  const { officeNow } = await clock();
  expect(officeNow()).toBe(NOW);
});

it.each([-YEAR_MS, YEAR_MS])('tells the right time on a phone that is %i ms off', async (wrong) => {
  const { learnTime, officeNow } = await clock();
  learnTime(new Date(NOW - wrong).toUTCString(), NOW - 400);
  expect(Math.abs(officeNow() - (NOW - wrong))).toBeLessThan(1_000);
});

it('remembers it when the app starts without signal', async () => {
  (await clock()).learnTime(new Date(NOW - YEAR_MS).toUTCString(), NOW);
  vi.resetModules();
  expect((await clock()).officeNow()).toBe(NOW - YEAR_MS);
});

it('takes no notice of the seconds of a slow answer, nor of a header that is none', async () => {
  const { learnTime, officeNow } = await clock();
  learnTime(new Date(NOW - 20_000).toUTCString(), NOW - 40_000);
  learnTime(null, NOW);
  learnTime('soon', NOW);
  expect(officeNow()).toBe(NOW);
});

it('forgets it when the person sets the clock right', async () => {
  const { learnTime, officeNow } = await clock();
  learnTime(new Date(NOW - YEAR_MS).toUTCString(), NOW);
  learnTime(new Date(NOW).toUTCString(), NOW);
  expect(officeNow()).toBe(NOW);
});

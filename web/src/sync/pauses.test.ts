import { expect, it } from 'vitest';
import { ceilingMs, pauseMs } from './pauses';

it('doubles the ceiling up to a minute', () => {
  expect([1, 2, 3, 8, 100].map((failures) => ceilingMs(failures))).toEqual([
    500, 1_000, 2_000, 60_000, 60_000,
  ]);
});

it('never comes back sooner than it was told, nor later than the ceiling after that', () => {
  for (let turn = 0; turn < 200; turn += 1) {
    const pause = pauseMs(3, 7);
    expect(pause).toBeGreaterThanOrEqual(7_000);
    expect(pause).toBeLessThanOrEqual(9_000);
  }
});

it('spreads phones over the whole pause', () => {
  const pauses = Array.from({ length: 500 }, () => pauseMs(4));
  expect(Math.min(...pauses)).toBeLessThan(800);
  expect(Math.max(...pauses)).toBeGreaterThan(3_200);
});

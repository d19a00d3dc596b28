import { expect, it } from 'vitest';
import { instantOf, wallTime } from './wall_time';

it.each([
  ['Asia/Jakarta', '2026-11-24T14:05', '2026-11-24T07:05:00.000Z'],
  ['Asia/Makassar', '2026-11-24T14:05', '2026-11-24T06:05:00.000Z'],
  ['Asia/Jayapura', '2026-01-01T00:00', '2025-12-31T15:00:00.000Z'],
  ['America/New_York', '2026-07-01T12:00', '2026-07-01T16:00:00.000Z'],
])('%s: the wall clock and the instant are the same moment', (zone, wall, instant) => {
  expect(instantOf(wall, zone)).toBe(instant);
  expect(wallTime(instant, zone)).toBe(wall);
});

it('knows what is no time', () => {
  expect(instantOf('', 'Asia/Jakarta')).toBeNull();
});

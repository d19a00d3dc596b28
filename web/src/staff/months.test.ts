import { expect, it } from 'vitest';
import { monthAround, stepped } from './months';

it('knows the month of a day', () => {
  expect(monthAround('2026-11-24')).toBe('2026-11');
});

it.each([
  ['2026-11', 1, '2026-12'],
  ['2026-12', 1, '2027-01'],
  ['2026-01', -1, '2025-12'],
  ['2026-03', -14, '2025-01'],
])('%s and %i months is %s', (month, by, expected) => {
  expect(stepped(month, by)).toBe(expected);
});

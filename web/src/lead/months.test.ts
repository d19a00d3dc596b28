import { describe, expect, it } from 'vitest';
import { monthOf } from './months';

describe('months', () => {
  it('are the month of a day, and those before it over the turn of the year', () => {
    expect(monthOf('2026-11-24')).toBe('2026-11');
    expect(monthOf('2026-03-01', 3)).toBe('2025-12');
    expect(monthOf('2026-12-31', 12)).toBe('2025-12');
  });
});

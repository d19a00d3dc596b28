import { describe, expect, it } from 'vitest';
import { asksReason, complete, over, VALUES } from './decision';
import type { Shown } from './decision';

const all: Shown = Object.fromEntries(
  VALUES.map((value) => [value, { rating: 'meets', example: 'Membantu loket.' }]),
);

describe('a decision', () => {
  it('asks for a reason when it departs from the suggestion, or when there was none', () => {
    expect(asksReason('meets', 'meets')).toBe(false);
    expect(asksReason('above', 'meets')).toBe(true);
    expect(asksReason('meets', null)).toBe(true);
    expect(asksReason(null, null)).toBe(false);
  });

  it('waits for the end of its part', () => {
    const part = { part_end: '2027-01-01T00:00:00+07:00' };
    expect(over(part, Date.parse('2026-12-31T16:59:59Z'))).toBe(false);
    expect(over(part, Date.parse('2026-12-31T17:00:00Z'))).toBe(true);
  });

  it('is complete with a rating and all seven values, each with an example', () => {
    expect(complete('meets', all)).toBe(true);
    expect(complete(null, all)).toBe(false);
    expect(complete('meets', { ...all, loyal: { rating: 'meets', example: ' ' } })).toBe(false);
    expect(complete('meets', { ...all, loyal: { rating: null, example: 'Ada' } })).toBe(false);
    expect(complete('meets', {})).toBe(false);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../parts/pace';
import { speak, speakAlso } from '../words/words';
import { changeSaid, wishOf } from './wishes';
import type { Proposal } from './wishes';

const visits = { quantity: 8, unit_of_measure: 'kunjungan' } as Target;
const change = (body: Proposal['body']) => ({ kind: 'change', body }) as Proposal;

beforeAll(async () => {
  await speak('en');
  await speakAlso('seldom');
});

describe('a proposal says', () => {
  it('from what to what', () => {
    expect(wishOf(change({ quantity: 6 }), visits)).toBe('From 8 to 6 kunjungan');
  });

  it('to what, when it has been agreed and the target is so already, or is not known', () => {
    const agreed = { ...visits, quantity: 6 } as Target;
    expect(wishOf(change({ quantity: 6 }), agreed)).toBe('Becomes 6 kunjungan');
    expect(wishOf(change({ quantity: 6 }))).toContain('6');
  });

  it('the limits of a range', () => {
    expect(wishOf(change({ low: 2, high: 4 }), visits)).toBe('Between 2 and 4 kunjungan');
  });

  it('how much of what, and when, of a new target', () => {
    const body = {
      indicator: 'Kunjungan rumah',
      unit_of_measure: 'kunjungan',
      quantity: 4,
      period_start: '2026-11-30T17:00:00Z',
      period_end: '2026-12-31T17:00:00Z',
    };
    const said = wishOf({ kind: 'new', body } as Proposal);
    expect(said).toContain('4 kunjungan');
    expect(said).toContain('1 Dec');
    expect(said).toContain('31 Dec');
  });
});

it('a change of what only the office understands is not spelled out', () => {
  expect(changeSaid({ before: { quantity: 8 }, after: { quantity: 6 } }, 'kali')).toContain('6');
  const terms = changeSaid({ before: { grace: 0.1 }, after: { grace: 0.2 } }, 'kali');
  expect(terms).not.toMatch(/\d/);
});

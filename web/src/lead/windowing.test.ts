import { describe, expect, it } from 'vitest';
import { spanOf } from './windowing';

const keys = Array.from({ length: 2_000 }, (_, index) => `k${index}`);
const known = new Map<string, number>();

describe('a window over a long list', () => {
  it('draws from the top what is in sight and a little more', () => {
    expect(spanOf(keys, known, 100, 0, 600, 300)).toEqual({
      from: 0,
      to: 9,
      before: 0,
      after: 199_100,
    });
  });

  it('draws the middle between two spaces that add up to the whole', () => {
    const { from, to, before, after } = spanOf(keys, known, 100, 50_000, 600, 300);
    expect([from, to]).toEqual([497, 509]);
    expect(before + (to - from) * 100 + after).toBe(200_000);
  });

  it('draws the end without space behind it', () => {
    const span = spanOf(keys, known, 100, 199_400, 600, 300);
    expect(span.to).toBe(2_000);
    expect(span.after).toBe(0);
  });

  it('knows measured heights better than the guess', () => {
    const measured = new Map([['k0', 1_000]]);
    expect(spanOf(keys, measured, 100, 0, 600, 0)).toMatchObject({ from: 0, to: 1 });
    expect(spanOf(keys, measured, 100, 1_050, 200, 0)).toMatchObject({ from: 1, before: 1_000 });
  });

  it('has nothing to draw of nothing, nor behind the end', () => {
    expect(spanOf([], known, 100, 0, 600, 300)).toEqual({ from: 0, to: 0, before: 0, after: 0 });
    expect(spanOf(['k0'], known, 100, 5_000, 600, 0)).toMatchObject({ from: 1, to: 1 });
  });
});

import { describe, expect, it } from 'vitest';
import { behindSince, columnsOf, lastKnown, sampled } from './course';

const day = (number: number, done: number | null, expected: number | null) => ({
  day: `2026-11-${String(number).padStart(2, '0')}`,
  done,
  expected,
});

const DAYS = [day(1, 0, 0), day(2, 5, 4), day(3, 5, 8), day(4, 6, 12), day(5, null, 16)];

describe('the course of a target', () => {
  it('has the days that lie ahead as unknown, never as nothing', () => {
    expect(columnsOf(DAYS)).toEqual({
      places: [0, 1, 2, 3, 4],
      done: [0, 5, 5, 6, null],
      expected: [0, 4, 8, 12, 16],
    });
    expect(lastKnown(DAYS)?.day).toBe('2026-11-04');
    expect(lastKnown([day(1, null, 3)])).toBeNull();
  });

  it('says since when it is behind, and nothing when it has caught up', () => {
    expect(behindSince(DAYS)?.day).toBe('2026-11-03');
    expect(behindSince([...DAYS.slice(0, 4), day(5, 20, 16)])).toBeNull();
    expect(behindSince([day(1, 3, null)])).toBeNull();
  });

  it('fits into a short table that ends today', () => {
    const month = Array.from({ length: 30 }, (_, at) => day(at + 1, at < 25 ? at : null, at));
    const rows = sampled(month, 10);
    expect(rows.length).toBeLessThanOrEqual(10);
    expect(rows.at(-1)?.day).toBe('2026-11-25');
  });
});

import { describe, expect, it } from 'vitest';
import { linesOf, points } from './spark';

const START = '2026-11-01T00:00:00Z';
const END = '2026-11-21T00:00:00Z';
const HALF = Date.parse('2026-11-11T00:00:00Z');
const QUIET = { observations: 3, state: 'slipped', working_days_left: 7, waiting: 0 };

function target(pace: object, more: object = {}) {
  return {
    aspect: 'quantity' as const,
    direction: 'higher' as const,
    quantity: 100,
    period_start: START,
    period_end: END,
    pace: { approved: 20, pending: 10, expected: 50, forecast: 60, ...QUIET, ...pace },
    ...more,
  };
}

describe('the line of pace', () => {
  it('goes from nothing to what is done, pending included, and on to where that leads', () => {
    const lines = linesOf(target({}), HALF, 100, 20);
    expect(lines?.done).toEqual([
      [0, 20],
      [50, 14],
    ]);
    expect(lines?.ahead).toEqual([
      [50, 14],
      [100, 8],
    ]);
  });

  it('stands beside what was expected by now and at the end', () => {
    expect(linesOf(target({}), HALF, 100, 20)?.expected).toEqual([
      [0, 20],
      [50, 10],
      [100, 0],
    ]);
  });

  it('makes room for more than the goal', () => {
    const lines = linesOf(target({ done: 200, forecast: null }), HALF, 100, 20);
    expect(lines?.done.at(-1)).toEqual([50, 0]);
    expect(lines?.ahead).toEqual([]);
  });

  it('ends with the period', () => {
    const lines = linesOf(target({}), Date.parse(END) + 1, 100, 20);
    expect(lines?.done.at(-1)?.[0]).toBe(100);
    expect(lines?.ahead).toEqual([]);
  });

  it('is not drawn where pace is no sum, or not known', () => {
    expect(linesOf(target({ expected: null }), HALF, 100, 20)).toBeNull();
    expect(linesOf(target({}, { direction: 'lower' }), HALF, 100, 20)).toBeNull();
  });

  it('is written as SVG takes it', () => {
    expect(
      points([
        [0, 20],
        [50, 14.5],
      ]),
    ).toBe('0,20 50,14.5');
  });
});

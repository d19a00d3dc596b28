import { beforeAll, describe, expect, it } from 'vitest';
import { speak, speakAlso } from '../words/words';
import { goalsOf } from './goals';

function target(month: number, more: object = {}) {
  return {
    indicator: 'Visits',
    unit_of_measure: 'times',
    direction: 'higher' as const,
    quantity: 250,
    period_start: `2026-${month}-01T00:00:00Z`,
    period_end: `2026-${month + 1}-01T00:00:00Z`,
    ...more,
  };
}

beforeAll(async () => {
  await speak('en');
  await speakAlso('lead');
});

describe('what an agreement asks for', () => {
  it('says a goal of several months once, with their days', () => {
    const [one, ...others] = goalsOf([target(11), target(10)]);
    expect(others).toEqual([]);
    expect(one?.text).toBe('Visits · 250 times · 2 periods, 1 Oct – 1 Dec');
  });

  it('tells limits and ranges from sums', () => {
    const texts = goalsOf([
      target(10, { direction: 'lower', quantity: 1 }),
      target(11, { direction: 'range', low: 3, high: 5 }),
    ]).map((each) => each.text);
    expect(texts[0]).toContain('At most 1 times');
    expect(texts[1]).toContain('3–5 times');
  });
});

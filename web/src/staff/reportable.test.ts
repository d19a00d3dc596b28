import { expect, it } from 'vitest';
import { during, open } from './reportable';

const month = (id: string, nth: number, stage = 'running') => ({
  id,
  stage,
  period_start: `2026-${nth}-01T00:00:00Z`,
  period_end: `2026-${nth + 1}-01T00:00:00Z`,
});
const ids = (targets: readonly { id: string }[]) => targets.map((each) => each.id);

it('goes on when the goal is reached, and ends with the decision on the period', () => {
  const targets = [
    month('runs', 11),
    month('reached', 11, 'achieved'),
    month('late', 10, 'lapsed'),
    month('decided', 10, 'closed'),
    month('goes_on_elsewhere', 10, 'rolled_over'),
  ];
  expect(ids(open(targets))).toEqual(['runs', 'reached', 'late']);
});

it('counts in the period in which it was done', () => {
  const targets = [month('october', 10), month('november', 11)];
  expect(ids(during(targets, Date.parse('2026-11-03T01:00:00Z')))).toEqual(['november']);
  expect(ids(during(targets, Date.parse('2026-10-31T10:00:00Z')))).toEqual(['october']);
  expect(ids(during(targets, Date.parse('2026-11-01T00:00:00Z')))).toEqual(['november']);
});

import { expect, it } from 'vitest';
import { asksToKnow, placeOf } from './notice_links';

it('leads to the report that it is about before anything else', () => {
  const notice = { kind: 'feedback_answered', report_id: 'r', employee_id: 'e' };
  expect(placeOf(notice)).toBe('/reports/r');
});

it('leads a supervisor to the person, and staff to their own targets', () => {
  expect(placeOf({ kind: 'staff_slip', employee_id: 'e' })).toBe('/people/e');
  expect(placeOf({ kind: 'slip', employee_id: 'e' })).toBe('/today');
  expect(placeOf({ kind: 'slip', target_id: 't' })).toBe('/targets/t');
});

it('leads nowhere when it is of a kind that this app does not know', () => {
  expect(placeOf({ kind: 'something_new' })).toBeNull();
});

it('only a slip asks to be known', () => {
  expect(['slip', 'staff_unanswered_above', 'praise', 'recovery'].map(asksToKnow)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('leads whoever decides to what waits for them', () => {
  expect(placeOf({ kind: 'target_proposed', employee_id: 'e' })).toBe('/waiting');
  expect(placeOf({ kind: 'staff_appraisal_due', employee_id: 'e' })).toBe('/lead/appraisals');
  expect(placeOf({ kind: 'help_answered', employee_id: 'e' })).toBe('/people/e');
});

import { expect, it } from 'vitest';
import { screenOf } from './screens';

it('opens the screen that the notice names, with what it is about', () => {
  expect(screenOf({ screen: 'target', target_id: 't', notice_id: 'n' })).toBe(
    '/targets/t?notice=n',
  );
  expect(screenOf({ screen: 'target' })).toBe('/today');
  expect(screenOf({ screen: 'report', target_id: 't' })).toBe('/report?target=t');
});

it('opens the inbox for a screen of a newer service, and for a push that says nothing', () => {
  expect(screenOf({ screen: 'holograms' })).toBe('/inbox');
  expect(screenOf({})).toBe('/inbox');
});

it('takes a supervisor to what waits for them, and staff to their own', () => {
  expect(screenOf({ screen: 'proposals', kind: 'target_proposed' })).toBe('/waiting');
  expect(screenOf({ screen: 'proposals', kind: 'proposal_decided' })).toBe('/agreement');
  expect(screenOf({ screen: 'staff_target', kind: 'staff_slip', target_id: 't' })).toBe(
    '/board?target=t',
  );
});

import { describe, expect, it } from 'vitest';
import { chosen, minuteOf, wallOf, wanted } from './choices';

describe('which notices are wanted', () => {
  it('is every one until somebody says otherwise', () => {
    expect(wanted([], 'slip')).toBe(true);
    expect(wanted([{ kind: '*', channel: '*', enabled: false }], 'slip')).toBe(false);
  });

  it('has the choice for a kind win over the one for all', () => {
    const none = { kind: '*', channel: '*', enabled: false };
    expect(wanted([none, { kind: 'slip', channel: '*', enabled: true }], 'slip')).toBe(true);
  });

  it('changes one choice and leaves those for a channel', () => {
    const email = { kind: 'slip', channel: 'email', enabled: false };
    const once = chosen([email], 'slip', false);
    expect(chosen(once, 'slip', true)).toEqual([
      email,
      { kind: 'slip', channel: '*', enabled: true },
    ]);
  });
});

it.each([0, 61, 1080, 1439])('minute %i of a day survives the form', (minute) => {
  expect(minuteOf(wallOf(minute))).toBe(minute);
});

it('knows what is no time of day', () => {
  expect(minuteOf('')).toBeNull();
  expect(minuteOf('24:00')).toBeNull();
});

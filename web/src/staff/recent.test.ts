import { describe, expect, it } from 'vitest';
import { lastOf, MOST_OFFERED, offered, repeated } from './recent';
import type { Activity } from './recent';

const RUNNING = new Set(['cards', 'visits']);

function activity(minute: number, given: Partial<Activity> = {}): Activity {
  const at = `2026-11-24T08:${String(minute).padStart(2, '0')}:00Z`;
  return { targetId: 'cards', quantity: 5, note: 'Cetak KTP-el', at, ...given };
}

describe('what is offered again', () => {
  it('is each different activity once, the newest first', () => {
    const lately = [
      activity(1),
      activity(2, { note: ' cetak  KTP-el ' }),
      activity(3, { quantity: 8 }),
    ];
    expect(offered(lately, RUNNING).map((each) => [each.quantity, each.at])).toEqual([
      [8, '2026-11-24T08:03:00Z'],
      [5, '2026-11-24T08:02:00Z'],
    ]);
  });

  it('leaves out targets that have ended', () => {
    expect(offered([activity(1, { targetId: 'old' })], RUNNING)).toEqual([]);
  });

  it('is never more than a thumb can take in', () => {
    const lately = Array.from({ length: 12 }, (_, index) => activity(index, { quantity: index }));
    expect(offered(lately, RUNNING)).toHaveLength(MOST_OFFERED);
  });
});

describe('the hint of repetition', () => {
  const draft = { targetId: 'cards', quantity: 5, note: 'Cetak KTP-el' };

  it('counts the newest reports that say the very same', () => {
    expect(repeated([activity(1), activity(2), activity(3)], draft)).toBe(3);
  });

  it('is silent below three, and when something else was said in between', () => {
    expect(repeated([activity(1), activity(2)], draft)).toBe(0);
    const broken = [activity(1), activity(2), activity(3, { note: 'Lain' }), activity(4)];
    expect(repeated(broken, draft)).toBe(0);
  });

  it('does not speak of other targets or of an empty note', () => {
    const visits = [1, 2, 3].map((minute) => activity(minute, { targetId: 'visits' }));
    expect(repeated(visits, draft)).toBe(0);
    expect(
      repeated(
        [1, 2, 3].map((m) => activity(m, { note: '' })),
        { ...draft, note: '' },
      ),
    ).toBe(0);
  });
});

it('remembers the last amount toward each target', () => {
  const lately = [activity(1, { quantity: 8 }), activity(3), activity(2, { quantity: 7 })];
  expect(lastOf(lately, 'cards')?.quantity).toBe(5);
  expect(lastOf(lately, 'visits')).toBeUndefined();
});

import { beforeAll, describe, expect, it } from 'vitest';
import { speak } from '../words/words';
import { adds, amount, lookOf, rest, stands, worstFirst } from './pace';
import type { Target } from './pace';

type Given = Partial<Omit<Target, 'pace'>> & { pace?: Partial<Target['pace']> };

function target({ pace, ...given }: Given = {}): Target {
  return {
    id: 'one',
    indicator: 'Jam pelajaran',
    unit_of_measure: 'jam',
    aspect: 'quantity',
    direction: 'higher',
    quantity: 96,
    measured: null,
    ...given,
    pace: {
      state: 'on_track',
      approved: 60,
      pending: 3,
      done: 63,
      expected: 63,
      needed_per_working_day: 6.6,
      working_days_left: 5,
      slips_at: null,
      ...pace,
    },
  } as Target;
}

beforeAll(() => speak('en'));

describe('the order of targets', () => {
  it('has the one that needs help first, then the one that slips soonest', () => {
    const later = target({ id: 'later', pace: { slips_at: '2026-11-30T00:00:00Z' } });
    const sooner = target({ id: 'sooner', pace: { slips_at: '2026-11-25T00:00:00Z' } });
    const behind = target({ id: 'behind', pace: { state: 'slipped' } });
    const reached = target({ id: 'reached', pace: { state: 'achieved' } });
    const order = worstFirst([reached, later, sooner, behind]).map((each) => each.id);
    expect(order).toEqual(['behind', 'sooner', 'later', 'reached']);
  });
});

describe('numbers with a meaning', () => {
  it('say how much of how much', () => {
    expect(amount(target())).toBe('63 of 96 jam');
  });

  it('say what keeps pace today, and what a day takes when nothing is missing', () => {
    expect(rest(target({ pace: { done: 50 } }))).toContain('13');
    expect(rest(target())).toContain('6.6');
    expect(rest(target({ pace: { state: 'achieved' } }))).not.toBe('');
  });

  it('give a measured value with its limit instead of a sum', () => {
    const wait = target({ aspect: 'time', direction: 'lower', quantity: 60, measured: 47 });
    expect(adds(wait)).toBe(false);
    expect(amount(wait)).toContain('47');
    expect(amount({ ...wait, measured: null })).toContain('60');
    expect(amount({ ...wait, quantity: 1, measured: 1.04 }), 'not as if it were 1').toContain(
      '1.04',
    );
    expect(amount({ ...wait, quantity: 1, measured: 1.14 })).toContain('1.1');
    expect(amount({ ...wait, quantity: 1, measured: 1 })).toContain('1');
    expect(rest(wait)).toBe('');
  });
});

it('shows a state that a newer server has calmly', () => {
  expect(lookOf('something_new').tone).toBe('calm');
});

describe('a measured value', () => {
  const days = {
    aspect: 'time',
    direction: 'lower',
    quantity: 1,
    minimum_observations: 10,
  } as const;

  it('that is past its limit is not called on pace while too little is known', () => {
    const look = stands(target({ ...days, measured: 1.6, pace: { observations: 7 } }));
    expect(look).toMatchObject({ word: 'pace.few', tone: 'calm', fills: { done: 7, least: 10 } });
  });

  it('is said as it stands from the tenth measurement on, and when it slipped before', () => {
    expect(stands(target({ ...days, pace: { observations: 10 } })).word).toBe('pace.on_track');
    const slipped = target({ ...days, pace: { observations: 12, state: 'slipped' } });
    expect(stands(slipped).word).toBe('pace.slipped');
    const over = target({ ...days, pace: { observations: 2, state: 'lapsed' } });
    expect(stands(over).word).toBe('pace.lapsed');
  });

  it('that the public gives is judged by the survey, however many reports there are', () => {
    const index = target({ aspect: 'quality', service_id: 'one', pace: { observations: 20 } });
    expect(stands(index).word).toBe('pace.surveyed');
  });
});

it('says of a sum where it stands, after the first report', () => {
  expect(stands(target({ minimum_observations: 10, pace: { observations: 1 } }))).toMatchObject(
    lookOf('on_track'),
  );
});

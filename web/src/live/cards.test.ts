import { describe, expect, it } from 'vitest';
import vectors from '../../../mobile_contract/vectors/cards.json';
import { applied, fromSnapshot, isGap, trimmed } from './cards';
import type { TopicState } from './cards';
import type { Frame, TopicSnapshot } from './messages';

interface Case {
  name: string;
  limit: number;
  snapshot: TopicSnapshot;
  frames: Frame[];
  expected?: TopicSnapshot;
  gap?: boolean;
}

const cases = vectors.cases as unknown as Case[];

const asSnapshot = ({ topic, mode, position, cards, progress }: TopicState) => ({
  topic,
  mode,
  upto: position,
  cards,
  progress,
});

const eventByEvent = (frame: Frame): Frame[] =>
  frame.events.length
    ? frame.events.map((event, place) => ({
        ...frame,
        prev: place ? frame.events[place - 1]!.position : frame.prev,
        upto: place === frame.events.length - 1 ? frame.upto : event.position,
        events: [event],
      }))
    : [frame];

function folded(frames: Frame[], from: TopicState) {
  let state = from;
  for (const frame of frames) {
    const after = applied(state, frame);
    if (isGap(after)) return after;
    state = after;
  }
  return state;
}

describe('the vectors of the contract', () => {
  it.each(cases)('$name', ({ limit, snapshot, frames, expected, gap }) => {
    const after = folded(frames, fromSnapshot(snapshot, limit));
    expect(isGap(after)).toBe(gap ?? false);
    if (!isGap(after)) expect(asSnapshot(after)).toEqual(expected);
  });

  it.each(cases.filter((each) => each.expected))(
    '$name, cut into frames of one event',
    ({ limit, snapshot, frames, expected }) => {
      const after = folded(frames.flatMap(eventByEvent), fromSnapshot(snapshot, limit));
      expect(isGap(after) ? after : asSnapshot(after)).toEqual(expected);
    },
  );
});

it('keeps, of a trimmed topic, only the targets that its cards show', () => {
  const card = (position: number, target_id: string) => ({
    position,
    kind: 'report',
    at: '2026-11-02T01:20:22Z',
    employee_id: 'e',
    content: { target_id },
  });
  const state: TopicState = {
    topic: 'unit:u',
    position: 48,
    mode: 'events',
    limit: 10,
    cards: [card(16, 'a'), card(32, 'b'), card(48, 'b')],
    progress: {
      a: { target_id: 'a', goal: 1, approved: 0, pending: 0, state: 'on_track' },
      b: { target_id: 'b', goal: 1, approved: 0, pending: 0, state: 'on_track' },
    },
  };
  const kept = trimmed(state, 2);
  expect(kept.cards.map((each) => each.position)).toEqual([32, 48]);
  expect(Object.keys(kept.progress)).toEqual(['b']);
});

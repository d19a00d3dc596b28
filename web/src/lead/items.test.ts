import { describe, expect, it } from 'vitest';
import type { Card } from '../live/messages';
import type { Topic } from '../store/signals';
import { cardsOf, newOnes, passes, settle, shownOf, waits, withGaps } from './items';

function card(position: number, kind = 'report', status = 'received'): Card {
  const at = new Date(Date.UTC(2026, 10, 24, 1, 0, position)).toISOString();
  return { position, kind, at, employee_id: 'ani', content: { report_id: `r${position}`, status } };
}

function topic(name: string, cards: Card[], more: Partial<Topic> = {}): Topic {
  const rest = { mode: 'events' as const, position: 0, progress: {}, rows: {}, gaps: [] };
  return { topic: name, cards, current: true, ...rest, ...more };
}

describe('the rows of the feed', () => {
  it('are newest first, each once, without notices', () => {
    const health = topic('unit:health', [card(16), card(32), card(48, 'notice')]);
    const mine = topic('person:me', [card(32), card(33)]);
    expect(cardsOf([health, mine]).map((row) => row.card.position)).toEqual([33, 32, 16]);
  });

  it('leave out big scopes, which show counts instead', () => {
    expect(cardsOf([topic('unit:city', [card(1)], { mode: 'rollup' })])).toEqual([]);
  });

  it('have a hairline between what was there and what was fetched after a gap', () => {
    const one = topic('unit:health', [card(16), card(32), card(48)], { gaps: [32] });
    const rows = withGaps(cardsOf([one]), { [one.topic]: one });
    expect(rows.map((row) => row.kind)).toEqual(['card', 'gap', 'card', 'card']);
  });

  it('have no hairline above the newest card', () => {
    const one = topic('unit:health', [card(16), card(32)], { gaps: [32] });
    const rows = withGaps(cardsOf([one]), { [one.topic]: one });
    expect(rows.map((row) => row.kind)).toEqual(['card', 'card']);
  });

  it('have one below the oldest where what was before is not there any more', () => {
    const one = topic('unit:health', [card(16), card(32)], { gaps: [15] });
    const rows = withGaps(cardsOf([one]), { [one.topic]: one });
    expect(rows.at(-1)).toMatchObject({ kind: 'gap', isFilled: false });
    expect(rows).toHaveLength(3);
  });

  it('stay as they are while new ones wait', () => {
    const before = cardsOf([topic('unit:health', [card(16), card(32)])]);
    const settled = settle(before, 'all');
    const now = cardsOf([topic('unit:health', [card(16), card(32), card(48), card(64)])]);
    expect(shownOf(now, settled)).toEqual(before);
    expect(newOnes(now, settled, 'all')).toBe(2);
    expect(newOnes(now, settled, 'help')).toBe(0);
    expect(shownOf(now, settle(now, 'all'))).toHaveLength(4);
  });

  it('stay where they are when they stop to pass the filter', () => {
    const settled = settle(cardsOf([topic('unit:health', [card(16)])]), 'waiting');
    const approved = cardsOf([topic('unit:health', [card(16, 'report', 'approved')])]);
    expect(shownOf(approved, settled)).toHaveLength(1);
    expect(newOnes(approved, settled, 'waiting')).toBe(0);
  });

  it('are filtered by what waits, who needs help and what was returned', () => {
    expect(waits(card(1, 'report', 'revised'))).toBe(true);
    expect(waits(card(1, 'report', 'approved'))).toBe(false);
    expect(passes(card(1, 'slip'), 'help')).toBe(true);
    expect(passes(card(1, 'slip'), 'waiting')).toBe(false);
    expect(passes(card(1, 'report', 'returned'), 'returned')).toBe(true);
    expect(passes(card(1, 'target_changed'), 'all')).toBe(true);
  });
});

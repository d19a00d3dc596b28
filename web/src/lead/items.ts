/**
 * The rows of the feed: the cards of all topics once each, newest first, with a hairline where
 * something was missed and fetched anew.
 *
 * Invariant: what is shown never moves by itself. New cards wait until they are asked for; a card
 * that is shown changes in its place.
 */
import type { Card, ReportContent } from '../live/messages';
import type { Topic } from '../store/signals';

export type Row =
  | { key: string; kind: 'card'; card: Card; topic: string }
  /** `isFilled`: what was missed stands above; else older cards are not there. */
  | { key: string; kind: 'gap'; isFilled: boolean };
export type CardRow = Extract<Row, { kind: 'card' }>;

export const FILTERS = ['all', 'waiting', 'help', 'returned'] as const;
export type Filter = (typeof FILTERS)[number];

/** A card is named by its place; the same event in two topics has the same place. */
export const keyOf = (card: Card): string => String(card.position);

export function reportOf(card: Card): ReportContent | null {
  return card.kind === 'report' ? (card.content as ReportContent) : null;
}

/** Whether a report waits for a supervisor's word. */
export function waits(card: Card): boolean {
  const status = reportOf(card)?.status;
  return status === 'received' || status === 'revised';
}

export function passes(card: Card, filter: Filter): boolean {
  switch (filter) {
    case 'waiting':
      return waits(card);
    case 'help':
      return card.kind === 'slip';
    case 'returned':
      return reportOf(card)?.status === 'returned';
    case 'all':
      return true;
  }
}

/** Every card of the topics that show cards, newest first. Notices stand in the inbox instead. */
export function cardsOf(topics: Iterable<Topic>): CardRow[] {
  const found = new Map<string, CardRow>();
  for (const topic of topics) {
    if (topic.mode !== 'events') continue;
    for (const card of topic.cards) {
      if (card.kind === 'notice') continue;
      const key = keyOf(card);
      if (!found.has(key)) found.set(key, { key, kind: 'card', card, topic: topic.topic });
    }
  }
  return [...found.values()].sort(newestFirst);
}

function newestFirst(one: CardRow, other: CardRow): number {
  if (one.card.at !== other.card.at) return one.card.at < other.card.at ? 1 : -1;
  return other.card.position - one.card.position;
}

/**
 * A row for each gap, between the cards before it and those after it in their topic; below all
 * where nothing is left of what was before it.
 */
export function withGaps(rows: readonly CardRow[], topics: Readonly<Record<string, Topic>>): Row[] {
  const open = new Map(
    Object.values(topics).map((topic) => [topic.topic, [...topic.gaps].sort((a, b) => b - a)]),
  );
  const shown: Row[] = [];
  const lastOf = new Set<string>();
  for (const row of rows) {
    const gaps = open.get(row.topic);
    while (gaps?.length && row.card.position <= (gaps[0] ?? 0)) {
      const gap = gaps.shift();
      // A gap that nothing newer stands above yet is none that anybody can see.
      if (lastOf.has(row.topic)) shown.push(gapOf(row.topic, gap, true));
    }
    lastOf.add(row.topic);
    shown.push(row);
  }
  for (const [topic, gaps] of open) {
    if (gaps.length && lastOf.has(topic)) shown.push(gapOf(topic, gaps[0], false));
  }
  return shown;
}

function gapOf(topic: string, gap: number | undefined, isFilled: boolean): Row {
  return { key: `gap-${topic}-${gap}`, kind: 'gap', isFilled };
}

/** What was there, and what of it was shown, when the list was last asked for. */
export interface Settled {
  seen: ReadonlySet<string>;
  chosen: ReadonlySet<string>;
}

/** The list as it is asked for now. What stops to pass the filter later stays where it is. */
export function settle(rows: readonly CardRow[], filter: Filter): Settled {
  const chosen = rows.filter((row) => passes(row.card, filter));
  return {
    seen: new Set(rows.map(({ key }) => key)),
    chosen: new Set(chosen.map(({ key }) => key)),
  };
}

/** The rows that are shown until the list is asked for again. */
export function shownOf(rows: readonly CardRow[], settled: Settled): CardRow[] {
  return rows.filter((row) => settled.chosen.has(row.key));
}

/** How many new cards that pass wait behind the button. */
export function newOnes(rows: readonly CardRow[], settled: Settled, filter: Filter): number {
  const fresh = rows.filter((row) => !settled.seen.has(row.key) && passes(row.card, filter));
  return fresh.length;
}

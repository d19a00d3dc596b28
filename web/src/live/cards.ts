/**
 * Cards from events: what a screen shows of a topic, as a fold over frames. No I/O.
 *
 * Invariant: a snapshot plus the events after it equals a fresh snapshot. The fold goes event by
 * event, so how events were cut into frames never matters, frames may overlap, and one that does
 * not join on is a gap. The same law, and the same vectors, as `mobile_contract/cards.py`.
 */
import type { Card, Content, FeedbackContent, Frame, LiveEvent, Mode } from './messages';
import type { Progress, TopicSnapshot } from './messages';

const SHARDS = 16;
const CARD_KINDS: ReadonlySet<string> = new Set([
  'report',
  'slip',
  'recovery',
  'notice',
  'target_changed',
]);
const CHANGE_KINDS: ReadonlySet<string> = new Set(['revision', 'withdrawal', 'approval', 'return']);

export const USUAL_CARDS = 50;

/** A topic up to and including `position`: its newest cards, oldest first, and their targets. */
export interface TopicState {
  topic: string;
  position: number;
  mode: Mode;
  /** At most this many cards are kept; the same number as in the snapshot. */
  limit: number;
  cards: readonly Card[];
  progress: Readonly<Record<string, Progress>>;
}

/** A frame that begins after what is known: events in between were lost, ask for a snapshot. */
export interface Gap {
  topic: string;
  position: number;
  prev: number;
}

/** The state that a snapshot taken with the same `limit` describes. */
export function fromSnapshot(snapshot: TopicSnapshot, limit = USUAL_CARDS): TopicState {
  const { topic, mode, upto, cards, progress } = snapshot;
  return { topic, mode, limit, position: upto, cards, progress };
}

/** A topic of which nothing is known before `position`. */
export function emptyTopic(topic: string, position: number, mode: Mode, limit: number): TopicState {
  return { topic, position, mode, limit, cards: [], progress: {} };
}

/** The state after a frame; the same state if it brings nothing new; or the gap before it. */
export function applied(state: TopicState, frame: Frame): TopicState | Gap {
  const moved = frame.upto % SHARDS !== state.position % SHARDS;
  if (frame.prev > state.position || moved) {
    return { topic: state.topic, position: state.position, prev: frame.prev };
  }
  if (frame.upto <= state.position) return state;
  const cards = [...state.cards];
  const progress = { ...state.progress };
  for (const event of frame.events) {
    if (event.position > state.position) fold(cards, progress, event, state.limit);
  }
  return { ...state, position: frame.upto, cards, progress };
}

export const isGap = (after: TopicState | Gap): after is Gap => 'prev' in after;

/** At most `limit` cards of a state, as this phone keeps them. */
export function trimmed(state: TopicState, limit: number): TopicState {
  if (state.cards.length <= limit) return state;
  const cards = state.cards.slice(-limit);
  const shown = new Set(cards.map(targetOf));
  const progress = Object.fromEntries(
    Object.entries(state.progress).filter(([targetId]) => shown.has(targetId)),
  );
  return { ...state, cards, progress };
}

function fold(
  cards: Card[],
  progress: Record<string, Progress>,
  event: LiveEvent,
  limit: number,
): void {
  const content = event.content ?? {};
  if (CARD_KINDS.has(event.kind)) cards.push(cardOf(event));
  else if (CHANGE_KINDS.has(event.kind)) change(cards, content);
  else if (event.kind === 'feedback') addFeedback(cards, content as FeedbackContent);
  // Kinds that this version does not know change no card; newer services may send them.
  const moved = event.progress;
  if (moved && cards.some((card) => targetOf(card) === moved.target_id)) {
    progress[moved.target_id] = moved;
  }
  const excess = cards.length - limit;
  if (excess > 0) makeRoom(cards, progress, excess);
}

function makeRoom(cards: Card[], progress: Record<string, Progress>, excess: number): void {
  const gone = cards.splice(0, excess).map(targetOf);
  for (const targetId of gone) {
    if (targetId && !cards.some((card) => targetOf(card) === targetId)) delete progress[targetId];
  }
}

function cardOf(event: LiveEvent): Card {
  const { progress: _, ...card } = event;
  return card;
}

function change(cards: Card[], content: Content): void {
  const at = placeOfReport(cards, content.report_id);
  const card = cards[at];
  if (card) cards[at] = { ...card, content: { ...card.content, ...content } };
}

/** A feedback joins the card of its report; an acknowledgement joins its feedback. */
function addFeedback(cards: Card[], said: FeedbackContent): void {
  const at = placeOfReport(cards, said.report_id);
  const card = cards[at];
  if (!card) return;
  const before = card.feedback ?? [];
  const feedback = said.acknowledged_at
    ? before.map((each) => (each.feedback_id === said.feedback_id ? { ...each, ...said } : each))
    : [...before, said];
  cards[at] = { ...card, feedback };
}

function placeOfReport(cards: readonly Card[], reportId: string | null | undefined): number {
  if (!reportId) return -1;
  for (let at = cards.length - 1; at >= 0; at -= 1) {
    const card = cards[at]!;
    if (card.kind === 'report' && card.content?.report_id === reportId) return at;
  }
  return -1;
}

const targetOf = (card: Card) => card.content?.target_id ?? null;

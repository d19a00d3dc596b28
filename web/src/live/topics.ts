/**
 * The topics that a feed follows, and what each message does to them. No I/O.
 *
 * Invariant: a topic's state is that of a fresh snapshot at its position, or the topic is stale:
 * then a snapshot is due and nothing is guessed. An event is told once, however often it arrives.
 */
import { applied, emptyTopic, fromSnapshot, isGap } from './cards';
import type { TopicState } from './cards';
import type {
  Cursor,
  FeedSnapshot,
  Frame,
  LiveEvent,
  Mode,
  Reset,
  RollupRow,
  ServerMessage,
  TopicSnapshot,
  Welcome,
} from './messages';

/** A topic that is known, with what is only for the eye beside its state. */
export interface Followed {
  state: TopicState;
  /** Positions behind which something was missed and fetched anew. */
  gaps: readonly number[];
  rows: Readonly<Record<string, RollupRow>>;
  current: boolean;
}

/** What a message brought that is new, told once. */
export interface Told {
  topic: string;
  events: readonly LiveEvent[];
}

const MOST_HELD = 1_000; // frames of a topic; beyond that another snapshot is cheaper

/** Codes of errors after which asking again is of use. */
const LATER: ReadonlySet<string> = new Set(['busy', 'database_away', 'rate_limited']);

/** Where a hairline stands after a snapshot: above what was shown before, or, where the snapshot
 * does not reach back so far, below everything, since what lies between is not there. */
function gapsAfter({ state, gaps }: Followed, { cards }: TopicSnapshot): readonly number[] {
  const last = state.position;
  const oldest = cards[0]?.position ?? 0;
  if (!state.cards.length || !cards.some((card) => card.position > last)) return gaps;
  return oldest > last ? [oldest - 1] : [...gaps.filter((each) => each !== last), last];
}

export class FollowedTopics {
  epoch: string | null = null;
  readonly all = new Map<string, Followed>();
  private readonly drilled = new Set<string>();
  private readonly stale = new Set<string>();
  private readonly held = new Map<string, Frame[]>(); // came while a snapshot was on its way

  /** `limit`: cards of each topic. */
  constructor(private readonly limit: number) {}

  /** Where the person's own topics stand; null: a snapshot is due first. */
  get cursor(): Cursor | null {
    if (!this.epoch) return null;
    const positions: Record<string, number> = {};
    for (const [topic, { state }] of this.all) {
      if (!this.drilled.has(topic) && !this.stale.has(topic)) positions[topic] = state.position;
    }
    return { epoch: this.epoch, positions };
  }

  /** The snapshots that are needed; null stands for all topics of the person's own. */
  get due(): (string | null)[] {
    const own = [...this.stale].some((topic) => !this.drilled.has(topic));
    const drilled = [...this.stale].filter((topic) => this.drilled.has(topic)).sort();
    return !this.epoch || own ? [null, ...drilled] : drilled;
  }

  get drilledInto(): string[] {
    return [...this.drilled].sort();
  }

  positionOf(topic: string): number | undefined {
    return this.stale.has(topic) ? undefined : this.all.get(topic)?.state.position;
  }

  drill(topic: string): void {
    this.drilled.add(topic);
  }

  leave(topic: string): void {
    if (this.drilled.delete(topic)) this.forget(topic);
  }

  /** What this phone kept of an earlier time; shown until the office is heard. */
  remember(epoch: string, states: readonly TopicState[]): void {
    if (this.epoch) return;
    this.epoch = epoch;
    for (const state of states) {
      const kept = { ...state, limit: this.limit };
      this.all.set(state.topic, { state: kept, gaps: [], rows: {}, current: false });
    }
  }

  /** Takes a snapshot of one topic, or of all the person's own where something was due. */
  shown(snapshot: FeedSnapshot, topic: string | null = null): Told[] {
    const told: Told[] = [];
    if (topic === null && this.epoch !== snapshot.epoch) {
      for (const known of [...this.all.keys()]) if (!this.drilled.has(known)) this.forget(known);
    }
    const own = topic === null;
    for (const each of snapshot.topics) {
      const wanted = own ? !this.drilled.has(each.topic) : each.topic === topic;
      if (wanted && (this.stale.has(each.topic) || !this.all.has(each.topic))) {
        told.push(...this.place(each));
      }
    }
    if (!own) {
      if (this.stale.has(topic)) this.forget(topic); // the service does not know it
      return told;
    }
    this.epoch = snapshot.epoch;
    const listed = new Set(snapshot.topics.map((each) => each.topic));
    for (const gone of [...this.stale]) {
      // It is not among the person's own any more.
      if (!this.drilled.has(gone) && !listed.has(gone)) this.forget(gone);
    }
    return told;
  }

  /** Takes a snapshot that nothing was due for, where it goes beyond what is known.
   *
   * What is drilled into is in none of these, and due from then on. */
  newer(snapshot: FeedSnapshot): Told[] {
    for (const topic of this.drilled) this.stale.add(topic);
    for (const { topic, upto } of snapshot.topics) {
      const known = this.all.get(topic);
      if (known && (!known.current || known.state.position < upto)) this.stale.add(topic);
    }
    return this.shown(snapshot);
  }

  /** Takes a message; what is new in it is told. */
  take(message: ServerMessage): Told[] {
    switch (message.type) {
      case 'welcome':
        this.welcomed(message);
        return [];
      case 'events':
        return this.moved(message);
      case 'subscribed':
        this.served(message.topic, message.mode, message.upto);
        return [];
      case 'rollup':
        return this.rolledUp(message.topic, message.upto, message.rows, message.sample);
      case 'reset':
        this.reset(message);
        return [];
      case 'unsubscribed':
        return [];
      case 'revoked':
        this.drilled.delete(message.topic);
        this.forget(message.topic);
        return [];
      case 'error':
        if (message.topic && !LATER.has(message.code)) this.leave(message.topic);
        return [];
      default:
        return [];
    }
  }

  /** Frames that came by another way than the socket: the same law. */
  frame(frame: Frame): Told[] {
    return this.moved(frame);
  }

  reset(reset: Reset): void {
    const topics = reset.topic ? [reset.topic] : [...this.all.keys()];
    for (const topic of topics) this.stale.add(topic);
  }

  private welcomed(welcome: Welcome): void {
    if (this.epoch !== welcome.epoch) {
      for (const topic of this.all.keys()) this.stale.add(topic);
      this.epoch = welcome.epoch;
    }
    for (const topic of [...this.all.keys()]) {
      if (!(topic in welcome.topics) && !this.drilled.has(topic)) this.forget(topic);
    }
    for (const [topic, { mode, upto }] of Object.entries(welcome.topics)) {
      this.served(topic, mode, upto);
    }
  }

  private served(topic: string, mode: Mode, upto: number): void {
    const known = this.all.get(topic);
    if (!known) {
      const state = emptyTopic(topic, upto, mode, this.limit);
      this.all.set(topic, { state, gaps: [], rows: {}, current: false });
      this.stale.add(topic);
    } else if (known.state.mode === 'rollup' && mode === 'events') {
      this.stale.add(topic); // what was shown were samples
    } else if (!this.stale.has(topic)) {
      this.all.set(topic, { ...known, state: { ...known.state, mode }, current: true });
    }
  }

  private moved(frame: Frame): Told[] {
    const known = this.all.get(frame.topic);
    if (!known) return [];
    if (this.stale.has(frame.topic)) return this.hold(frame);
    const after = applied(known.state, frame);
    if (isGap(after)) {
      this.stale.add(frame.topic);
      return this.hold(frame);
    }
    if (after === known.state) return [];
    this.all.set(frame.topic, { ...known, state: after });
    const events = frame.events.filter((event) => event.position > known.state.position);
    return events.length ? [{ topic: frame.topic, events }] : [];
  }

  private hold(frame: Frame): Told[] {
    const frames = this.held.get(frame.topic) ?? [];
    frames.push(frame);
    this.held.set(frame.topic, frames.slice(-MOST_HELD));
    return [];
  }

  private rolledUp(
    topic: string,
    upto: number,
    rows: readonly RollupRow[],
    sample: readonly LiveEvent[],
  ): Told[] {
    const known = this.all.get(topic);
    if (!known) return [];
    const merged = { ...known.rows };
    for (const row of rows) merged[row.unit_id] = row;
    const empty = emptyTopic(topic, upto, 'rollup', this.limit);
    const before = known.state.mode === 'rollup' ? known.state.cards : [];
    const seen = new Set(before.map((card) => card.position));
    const fresh = sample.filter((event) => event.kind === 'report' && !seen.has(event.position));
    const cards = [...before, ...fresh].slice(-this.limit);
    this.stale.delete(topic);
    this.all.set(topic, { ...known, state: { ...empty, cards }, rows: merged, current: true });
    return [];
  }

  private place(snapshot: TopicSnapshot): Told[] {
    const known = this.all.get(snapshot.topic);
    const state = fromSnapshot(snapshot, this.limit);
    const gaps = known ? gapsAfter(known, snapshot) : [];
    this.all.set(snapshot.topic, { state, gaps, rows: known?.rows ?? {}, current: true });
    this.stale.delete(snapshot.topic);
    const held = this.held.get(snapshot.topic) ?? [];
    this.held.delete(snapshot.topic);
    return held.flatMap((frame) => this.moved(frame));
  }

  private forget(topic: string): void {
    this.all.delete(topic);
    this.stale.delete(topic);
    this.held.delete(topic);
  }
}

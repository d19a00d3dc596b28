/**
 * The feed of whoever is signed in: what this phone kept of it, then the office, into `topics`.
 *
 * Invariant: one way in. Catching up, live frames and the changes that a sync brings go through
 * the same fold, and what is told about this person's reports reaches the outbox.
 */
import { computed, effect } from '@preact/signals';
import { ask, Refused } from '../api/client';
import { phone } from '../store/database';
import { heard } from '../store/outbox';
import { connection, sending, topics } from '../store/signals';
import type { Topic } from '../store/signals';
import { leads, me, sessionKeys, standing } from '../store/session';
import { trimmed } from './cards';
import type { TopicState } from './cards';
import { personTopic } from './messages';
import type { FeedSnapshot, Frame, Reset } from './messages';
import { LiveSocket } from './socket';
import { FollowedTopics } from './topics';
import type { Told } from './topics';

const STAFF_CARDS = 50;
const LEAD_CARDS = 2_000; // on the screen; a snapshot brings at most so many as the service gives
const SNAPSHOT_CARDS = 500;
const KEPT_CARDS = 100; // of a topic, on this phone
const KEEP_AFTER_MS = 2_000;
const FRAME_MS = 50; // screens change at most so often, however many frames come

interface KeptFeed {
  epoch: string;
  states: TopicState[];
}

/** One person's feed in this tab. */
class Feed {
  readonly followed: FollowedTopics;
  readonly socket: LiveSocket;
  private publishing: ReturnType<typeof setTimeout> | undefined;
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private over = false; // whoever was followed has left; what still arrives is nobody's business

  constructor(
    readonly owner: string,
    private readonly cards: number,
  ) {
    this.followed = new FollowedTopics(cards);
    this.socket = new LiveSocket(this.followed, {
      open: () => new WebSocket(liveAddress()),
      token: () => sessionKeys.access(),
      replaced: (token) => sessionKeys.renewed(token),
      snapshot: (topic) => this.snapshot(topic),
      isRefused: (error) => error instanceof Refused && error.problem.retry === 'never',
      isSeen: () => document.visibilityState !== 'hidden',
      onLine: (line) => (connection.value = line),
      onTold: (told) => void this.told(told),
      onChange: () => this.publishSoon(),
    });
  }

  async start(): Promise<void> {
    const kept = await this.remembered();
    if (this.over) return;
    if (kept) this.followed.remember(kept.epoch, kept.states);
    this.publish();
    this.socket.start();
  }

  stop(): void {
    this.over = true;
    this.socket.stop();
    clearTimeout(this.publishing);
    clearTimeout(this.keeping);
  }

  /** Frames and resets by another way than the socket. */
  take(frames: readonly Frame[], resets: readonly Reset[]): void {
    for (const reset of resets) this.followed.reset(reset);
    void this.told(frames.flatMap((frame) => this.followed.frame(frame)));
    void this.socket.catchUp();
    this.publishSoon();
  }

  async keep(): Promise<void> {
    clearTimeout(this.keeping);
    this.keeping = undefined;
    const epoch = this.followed.epoch;
    if (!epoch) return;
    const states = [...this.followed.all.values()]
      .filter(({ state, current }) => current && state.mode === 'events')
      .map(({ state }) => trimmed(state, KEPT_CARDS));
    const value: KeptFeed = { epoch, states };
    const answer = { key: keyOf(this.owner), owner: this.owner, value, at: Date.now() };
    try {
      const db = await phone();
      if (!this.over) await db.put('answers', answer);
    } catch {
      // A phone that cannot remember can still ask.
    }
  }

  private async snapshot(topic: string | null): Promise<FeedSnapshot> {
    const limit = Math.min(this.cards, SNAPSHOT_CARDS);
    const snapshot = (await ask('get', '/v1/feed', {
      query: { limit, topic },
    })) as unknown as FeedSnapshot;
    const own = snapshot.topics.find((each) => each.topic === personTopic(this.owner));
    if (own && !this.over) void heard(own.cards);
    return snapshot;
  }

  private async told(told: readonly Told[]): Promise<void> {
    const own = personTopic(this.owner);
    for (const { topic, events } of told) if (topic === own) await heard(events);
  }

  private async remembered(): Promise<KeptFeed | undefined> {
    try {
      return (await (await phone()).get('answers', keyOf(this.owner)))?.value as KeptFeed;
    } catch {
      return undefined; // a phone that cannot remember can still ask
    }
  }

  private publishSoon(): void {
    if (this.over) return;
    this.publishing ??= setTimeout(() => this.publish(), FRAME_MS);
    this.keeping ??= setTimeout(() => void this.keep(), KEEP_AFTER_MS);
  }

  private publish(): void {
    this.publishing = undefined;
    const before = topics.peek();
    const shown: Record<string, Topic> = {};
    for (const [name, { state, gaps, rows, current }] of this.followed.all) {
      const known = before[name];
      const { topic, mode, position, cards, progress } = state;
      const same =
        known?.cards === cards &&
        known.position === position &&
        known.rows === rows &&
        known.current === current &&
        known.mode === mode;
      shown[name] = same ? known : { topic, mode, position, cards, progress, gaps, rows, current };
    }
    topics.value = shown;
  }
}

const feed: { now: Feed | null } = { now: null };

/** Follows whoever is signed in, from now on. */
export function followFeed(): void {
  effect(() => {
    const owner = me.value?.employee.id;
    const cards = leads.value ? LEAD_CARDS : STAFF_CARDS;
    const state = standing.value;
    if (feed.now && feed.now.owner !== owner) {
      feed.now.stop();
      feed.now = null;
      topics.value = {};
    }
    if (!owner) return;
    if (!feed.now) {
      feed.now = new Feed(owner, cards);
      void feed.now.start();
    } else if (state === 'signed_in') feed.now.socket.hurry();
  });
  const lastAt = computed(() => sending.value.lastAt);
  effect(() => {
    if (lastAt.value) feed.now?.socket.reached();
  });
  addEventListener('online', () => feed.now?.socket.hurry());
  addEventListener('offline', () => feed.now?.socket.lost());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') feed.now?.socket.hurry();
    else void feed.now?.keep();
  });
}

/** Drills down into one more topic, also after every reconnection. */
export const follow = (topic: string): void => feed.now?.socket.follow(topic);

/** Leaves it again. */
export const leave = (topic: string): void => feed.now?.socket.leave(topic);

/** What a sync says has changed. */
export const changed = (frames: readonly Frame[], resets: readonly Reset[]): void =>
  feed.now?.take(frames, resets);

/** Where this person's own topic stands, for a sync while there is no socket; else null. */
export function ownCursor(): string | null {
  const now = feed.now;
  const cursor = now?.followed.cursor;
  const own = now && personTopic(now.owner);
  if (!now || !own || !cursor || now.socket.isLive || !(own in cursor.positions)) return null;
  const text = JSON.stringify({ epoch: cursor.epoch, positions: { [own]: cursor.positions[own] } });
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const keyOf = (owner: string) => `${owner} live`;

function liveAddress(): string {
  const address = new URL('/v1/live', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

/**
 * One WebSocket after another: hello with the cursor, frames, and again after a pause.
 *
 * Invariant: what happened while a socket was away arrives as if it had stayed open, or the topic
 * is shown anew. What messages mean is decided in `topics.ts`; here are only sockets and pauses.
 * The token travels in a message, never in the address.
 */
import { Refused } from '../api/client';
import { pauseMs } from '../sync/pauses';
import type { ClientMessage, FeedSnapshot, ServerMessage } from './messages';
import type { FollowedTopics, Told } from './topics';

const CLOSE_NOT_SIGNED_IN = 4401;
const OPEN_TIMEOUT_MS = 10_000;
const SILENT_PINGS = 2.5; // after so many ping intervals without a word the socket counts as dead
const STEADY_MS = 10_000; // a socket that lived longer was no failure
const MOST_PAUSE_MS = 30_000;
// The first pause is one of up to two seconds: all phones of a city lose a service that falls over
// in the same moment, and a socket costs it more than a request.
const SPREAD = 2;
const WITHOUT_SOCKET = 3; // failures in a row, after which what happened is asked for without one
const POLL_MS = 60_000; // and at most so often

/** How we stand with the office. `slow`: it answers, but news does not come by itself. */
export type Line = 'live' | 'slow' | 'connecting' | 'offline' | 'signed_out';

export interface Surroundings {
  open(): WebSocket;
  token(): Promise<string | null>;
  /** Another token than this one, which the service did not take. */
  replaced(token: string): Promise<string | null>;
  snapshot(topic: string | null): Promise<FeedSnapshot>;
  /** Whether asking again for this can never be of use. */
  isRefused(error: unknown): boolean;
  /** Whether somebody may be looking; nobody reconnects for a screen that is hidden. */
  isSeen(): boolean;
  onLine(line: Line): void;
  onTold(told: readonly Told[]): void;
  onChange(): void;
}

export class LiveSocket {
  private socket: WebSocket | null = null;
  private token: string | null = null;
  private failures = 0;
  private began = 0;
  private silenceMs = OPEN_TIMEOUT_MS;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private toldS: number | null = null;
  private catchingUp = false;
  private polledAt = -Infinity;
  private wanted = false;
  private line: Line = 'connecting';

  constructor(
    private readonly topics: FollowedTopics,
    private readonly around: Surroundings,
  ) {}

  /** Whether frames arrive by themselves. */
  get isLive(): boolean {
    return this.line === 'live';
  }

  /** Connects, and keeps connecting until `stop`. */
  start(): void {
    this.wanted = true;
    this.failures = 0;
    if (!this.socket) void this.connect();
  }

  stop(): void {
    this.wanted = false;
    this.line = 'offline';
    clearTimeout(this.again);
    this.drop();
  }

  /** The signal is back, or somebody looks: no more waiting. */
  hurry(): void {
    if (this.wanted && !this.socket) void this.connect();
  }

  /** The phone says that there is no signal. */
  lost(): void {
    this.drop();
    this.say('offline');
    this.later();
  }

  /** The office has answered on another way than the socket. */
  reached(): void {
    if (this.line === 'offline') this.say('slow');
  }

  follow(topic: string): void {
    this.topics.drill(topic);
    this.subscribe(topic);
    if (this.line !== 'slow') return;
    this.topics.reset({ topic, reason: 'asked' });
    void this.catchUp();
  }

  leave(topic: string): void {
    this.topics.leave(topic);
    this.send({ type: 'unsubscribe', topic });
    this.around.onChange();
  }

  private async connect(): Promise<void> {
    clearTimeout(this.again);
    if (this.socket) return;
    if (this.line !== 'offline' && this.line !== 'slow') this.say('connecting');
    let token: string | null;
    try {
      token = await this.around.token();
    } catch (error) {
      this.failed(error);
      return;
    }
    if (!this.wanted || this.socket) return;
    if (!token) {
      this.say('signed_out');
      return;
    }
    this.token = token;
    this.silenceMs = OPEN_TIMEOUT_MS;
    let socket: WebSocket;
    try {
      socket = this.around.open();
    } catch {
      this.failed(); // a browser that forbids it
      return;
    }
    this.socket = socket;
    this.listen();
    socket.onopen = () => this.hello(socket);
    socket.onmessage = (event) => {
      if (this.socket === socket) this.heard(String(event.data));
    };
    socket.onclose = (event) => {
      if (this.socket === socket) void this.closed(event.code);
    };
  }

  private hello(socket: WebSocket): void {
    if (this.socket !== socket || !this.token) return;
    const cursor = this.topics.cursor;
    this.send({ type: 'hello', token: this.token, ...(cursor ? { cursor } : {}) });
  }

  private heard(text: string): void {
    this.listen();
    let message: ServerMessage;
    try {
      message = JSON.parse(text) as ServerMessage;
    } catch {
      return; // a newer service says things that this version does not know
    }
    const told = this.topics.take(message);
    if (message.type === 'welcome') this.welcomed(message.ping_every_s);
    else if (message.type === 'ping') void this.pinged();
    else if (message.type === 'bye') {
      this.toldS = message.retry_in_s;
      this.socket?.close();
      return;
    }
    if (told.length) this.around.onTold(told);
    if (message.type !== 'ping') this.around.onChange();
    void this.catchUp();
  }

  private welcomed(pingEveryS: number): void {
    this.began = Date.now();
    this.silenceMs = pingEveryS * SILENT_PINGS * 1000;
    this.listen();
    this.say('live');
    for (const topic of this.topics.drilledInto) this.subscribe(topic);
  }

  private subscribe(topic: string): void {
    const position = this.topics.positionOf(topic);
    this.send({ type: 'subscribe', topic, ...(position === undefined ? {} : { position }) });
  }

  /** Answers, and hands on a newer token before the old one ends. */
  private async pinged(): Promise<void> {
    this.send({ type: 'pong' });
    try {
      const token = await this.around.token();
      if (token && token !== this.token) {
        this.token = token;
        this.send({ type: 'renew', token });
      }
    } catch {
      // The next ping tries again; a socket that outlives its token is closed by the service.
    }
  }

  /** The snapshots that are due, socket or none; frames that come meanwhile are held. */
  async catchUp(): Promise<void> {
    if (this.catchingUp) return;
    this.catchingUp = true;
    try {
      for (let due = this.topics.due; due.length && this.wanted; due = this.topics.due) {
        for (const topic of due) await this.snapshot(topic);
      }
    } catch (error) {
      // Without the snapshot the socket is of no use; both come back together.
      if (this.socket) this.failed(error);
    } finally {
      this.catchingUp = false;
    }
  }

  private async snapshot(topic: string | null): Promise<void> {
    try {
      const told = this.topics.shown(await this.around.snapshot(topic), topic);
      if (told.length) this.around.onTold(told);
    } catch (error) {
      if (topic === null || !this.around.isRefused(error)) throw error;
      this.topics.take({ type: 'revoked', topic });
    }
    this.around.onChange();
  }

  private async closed(code: number): Promise<void> {
    this.drop();
    if (code === CLOSE_NOT_SIGNED_IN && this.token) {
      const renewed = await this.around.replaced(this.token).catch(() => this.token);
      if (!renewed) {
        this.say('signed_out');
        return;
      }
      if (this.socket) return; // somebody was in a hurry
    }
    this.failed();
  }

  private failed(error?: unknown): void {
    const lived = this.began ? Date.now() - this.began : 0;
    this.began = 0;
    this.drop();
    this.failures = lived > STEADY_MS ? 1 : this.failures + 1;
    if (error instanceof Refused) this.toldS = error.retryAfterS;
    const asks = !error && this.failures >= WITHOUT_SOCKET;
    if (!asks || this.line !== 'slow') this.say('offline');
    this.later();
    if (asks) void this.poll();
  }

  /** What happened, without a socket: somebody on the way takes none. An answer says so. */
  private async poll(): Promise<void> {
    if (Date.now() - this.polledAt < POLL_MS) return;
    this.polledAt = Date.now();
    try {
      const snapshot = await this.around.snapshot(null);
      if (!this.wanted || this.isLive) return;
      this.around.onTold(this.topics.newer(snapshot));
      this.around.onChange();
      this.reached();
      void this.catchUp();
    } catch {
      if (this.line === 'slow') this.say('offline');
    }
  }

  private later(): void {
    clearTimeout(this.again);
    if (!this.wanted) return;
    const wait = pauseMs(Math.max(this.failures, 1) + SPREAD, this.toldS, MOST_PAUSE_MS);
    this.toldS = null;
    this.again = setTimeout(() => {
      if (this.around.isSeen()) void this.connect();
    }, wait);
  }

  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.failed(), this.silenceMs);
  }

  private drop(): void {
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private say(line: Line): void {
    if (!this.wanted) return;
    this.line = line;
    this.around.onLine(line);
  }

  private send(message: ClientMessage): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }
}

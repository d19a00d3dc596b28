/** The office's end of a socket, for tests, and what it says about one person. */
import type { ClientMessage, FeedSnapshot, ServerMessage, Welcome } from './messages';

export const OWN = 'person:p';

/** A socket whose other end is the test. */
export class Wire {
  readyState = 0;
  readonly said: ClientMessage[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string): void {
    this.said.push(JSON.parse(text) as ClientMessage);
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  says(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  breaks(code = 1006): void {
    this.onclose?.({ code });
  }
}

export const welcome: Welcome = {
  type: 'welcome',
  epoch: 'e',
  employee_id: 'p',
  topics: { [OWN]: { mode: 'events', upto: 16 } },
  ping_every_s: 25,
  token_expires_at: '2026-11-02T02:00:00Z',
};
export const events = (prev: number, seq: number): ServerMessage => ({
  type: 'events',
  topic: OWN,
  prev: prev * 16,
  upto: seq * 16,
  events: [{ position: seq * 16, kind: 'report', at: '', employee_id: 'p' }],
});
export const snapshot = (upto: number): FeedSnapshot => ({
  epoch: 'e',
  cursor: '',
  topics: [{ topic: OWN, mode: 'events', upto: upto * 16, cards: [], progress: {} }],
});

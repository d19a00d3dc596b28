/**
 * The live feed on the wire: what goes over `WS /v1/live`, and topics as `GET /v1/feed` gives them.
 *
 * Written by hand after the published AsyncAPI. A kind, a field or a message that is not here is
 * from a newer service and is ignored.
 */
import type { Shape } from '../api/types';

export type Mode = 'events' | 'rollup';
export type Progress = Shape<'Progress'>;
export type Receipt = Shape<'Receipt'>;

/** What a content points at; each kind has more, and newer services may add to it. */
export interface Content {
  [name: string]: unknown;
  report_id?: string | null;
  target_id?: string | null;
  feedback_id?: string | null;
  acknowledged_at?: string | null;
}

export interface ReportContent extends Content {
  report_id: string;
  employee_name: string;
  target_id: string;
  indicator: string;
  unit_of_measure: string;
  quantity: number;
  note: string;
  activity_at: string;
  captured_at: string;
  corrected_at: string;
  version: number;
  status: string;
  actor_id?: string | null;
  actor_name?: string | null;
  reason?: string | null;
}

export interface FeedbackContent extends Content {
  feedback_id: string;
  feedback_kind?: string | null;
  text?: string | null;
  next_step?: string | null;
  actor_id?: string | null;
  actor_name?: string | null;
}

export interface SlipContent extends Content {
  target_id: string;
  employee_name: string;
  indicator: string;
  unit_of_measure: string;
  slip_number: number;
  slipped_at?: string | null;
  recovered_at?: string | null;
  expected?: number | null;
  needed?: number | null;
}

export interface NoticeContent extends Content {
  notice_id: string;
  notice_kind: string;
  subject?: string;
}

/** One thing that happened. `position` grows along a topic. */
export interface LiveEvent {
  position: number;
  kind: string;
  at: string;
  employee_id: string;
  unit_id?: string | null;
  receipt?: string | null;
  flags?: string[];
  progress?: Progress | null;
  content?: Content;
}

/** What a screen shows for one event that makes a card, with later events folded in. */
export interface Card extends Omit<LiveEvent, 'progress'> {
  feedback?: FeedbackContent[];
}

/** A frame: what happened in a topic after `prev`, up to and including `upto`. */
export interface Frame {
  type?: 'events';
  topic: string;
  prev: number;
  upto: number;
  events: LiveEvent[];
}

export interface TopicSnapshot {
  topic: string;
  mode: Mode;
  upto: number;
  cards: Card[];
  progress: Record<string, Progress>;
}

export interface FeedSnapshot {
  epoch: string;
  topics: TopicSnapshot[];
  cursor: string;
}

/** One child unit of a big scope; counts of today. */
export interface RollupRow {
  unit_id: string;
  reports: number;
  approvals: number;
  returns: number;
  slips: number;
  last_at?: string | null;
}

export interface Rollup {
  type: 'rollup';
  topic: string;
  upto: number;
  at: string;
  rows: RollupRow[];
  sample: LiveEvent[];
}

export interface Welcome {
  type: 'welcome';
  epoch: string;
  employee_id: string;
  topics: Record<string, { mode: Mode; upto: number }>;
  ping_every_s: number;
  token_expires_at: string;
}

/** Drop what you know of this topic (none: of all) and take a snapshot. */
export interface Reset {
  type?: 'reset';
  reason: string;
  topic?: string | null;
  upto?: number | null;
}

export interface Bye {
  type: 'bye';
  retry_in_s: number;
}

export interface LiveError {
  type: 'error';
  code: string;
  topic?: string | null;
}

export type ServerMessage =
  | Welcome
  | (Frame & { type: 'events' })
  | { type: 'subscribed'; topic: string; mode: Mode; upto: number }
  | { type: 'unsubscribed'; topic: string }
  | Rollup
  | { type: 'ping'; at: string }
  | (Reset & { type: 'reset' })
  | { type: 'revoked'; topic: string }
  | Bye
  | LiveError;

/** Where a client stands: the feed's epoch and the last position of each topic. */
export interface Cursor {
  epoch: string;
  positions: Record<string, number>;
}

export type ClientMessage =
  | { type: 'hello'; token: string; cursor?: Cursor }
  | { type: 'renew'; token: string }
  | { type: 'subscribe'; topic: string; position?: number }
  | { type: 'unsubscribe'; topic: string }
  | { type: 'pong' };

/** The topic of one person: their reports, the answers to them, their notices. */
export const personTopic = (employeeId: string) => `person:${employeeId}`;

/** The topic of a unit and everything below it. */
export const unitTopic = (unitId: string) => `unit:${unitId}`;

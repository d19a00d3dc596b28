/** What the rest of the phone tells the screens. */
import { signal } from '@preact/signals';

export type Connection = 'live' | 'connecting' | 'offline' | 'signed_out';

/** How we stand with the office. */
export const connection = signal<Connection>('connecting');

/** Items of the outbox that the office has not received. */
export const unsent = signal(0);

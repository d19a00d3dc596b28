/**
 * When somebody was last heard of. No contact is a fact about a phone and its signal; it says
 * nothing of the work, and the words keep the two apart. Pure.
 */
import type { Shape } from '../api/types';
import { moment } from '../words/dates';
import { t } from '../words/words';

export type Contact = 'heard' | 'quiet' | 'never';

const QUIET_MS = 24 * 60 * 60 * 1000; // a day without a sign of the phone is worth saying

type Heard = Pick<Shape<'BoardPerson'>, 'last_contact_at'>;

export function contactOf({ last_contact_at: at }: Heard, now: number): Contact {
  if (!at) return 'never';
  return now - Date.parse(at) > QUIET_MS ? 'quiet' : 'heard';
}

/** The sentence beside a name. */
export function contactSaid(person: Heard, now: number): string {
  const contact = contactOf(person, now);
  if (contact === 'never') return t('lead.contact_never');
  const at = moment(person.last_contact_at ?? now, now);
  return t(contact === 'quiet' ? 'lead.contact_quiet' : 'lead.contact_heard', { at });
}

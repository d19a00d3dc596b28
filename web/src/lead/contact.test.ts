import { describe, expect, it } from 'vitest';
import { contactOf } from './contact';

const NOW = Date.parse('2026-11-24T08:00:00Z');

describe('contact', () => {
  it('is heard within a day, quiet after it, and never before the first sign', () => {
    expect(contactOf({ last_contact_at: '2026-11-24T01:00:00Z' }, NOW)).toBe('heard');
    expect(contactOf({ last_contact_at: '2026-11-23T07:59:00Z' }, NOW)).toBe('quiet');
    expect(contactOf({ last_contact_at: null }, NOW)).toBe('never');
  });
});

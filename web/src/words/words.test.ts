/** Words, numbers and days, in both languages. */
import { beforeEach, expect, test } from 'vitest';
import { calendarDay, clock, day, moment, useClock, zone } from './dates';
import { known, number, speak, speakAlso, t } from './words';

const NIGHT = '2026-11-24T16:30:00Z'; // half past midnight in Makassar, half an hour before in Jakarta

beforeEach(async () => {
  zone.value = 'Asia/Makassar';
  await speak('id');
});

test('both languages are spoken, and the change is seen at once', async () => {
  expect(t('sign_in.go')).toBe('Masuk');
  await speak('en');
  expect(t('sign_in.go')).toBe('Sign in');
});

test('what is filled in is written as the language writes numbers', async () => {
  const fills = { done: 1234.5, goal: 2000, unit: 'jam' };
  expect(t('bar.reading_plain', fills)).toBe('1.234,5 dari 2.000 jam');
  await speak('en');
  expect(t('bar.reading_plain', fills)).toBe('1,234.5 of 2,000 jam');
});

test('an amount is said as it is, and rounded only where somebody asks for it', () => {
  expect(t('outbox.amount', { n: 0.125, unit: 'km' })).toContain('0,125');
  expect(t('outbox.amount', { n: 0.1 + 0.2, unit: 'km' })).toContain('0,3 km');
  expect(number(12.25)).toBe('12,3');
});

test('one thing and several are said differently', async () => {
  await speak('en');
  expect(t('sign_in.safe', { n: 1 })).toMatch(/^The report/);
  expect(t('sign_in.safe', { n: 3 })).toMatch(/^3 reports/);
});

test('a word of the server that we do not know is noticed', () => {
  expect(known('sign_in.go')).toBe(true);
  expect(known('state.of_tomorrow')).toBe(false);
});

test('days follow the zone of the unit, not that of the phone', () => {
  expect(calendarDay(NIGHT)).toBe('2026-11-25');
  zone.value = 'Asia/Jakarta';
  expect(calendarDay(NIGHT)).toBe('2026-11-24');
});

test('times are written as people write them', () => {
  expect(clock(NIGHT)).toBe('00.30');
  expect(day(NIGHT)).toBe('Rabu, 25 November');
  expect(moment(NIGHT, '2026-11-25T03:00:00Z')).toBe('00.30');
  expect(moment(NIGHT, '2026-11-27T03:00:00Z')).toBe('25 Nov 00.30');
  expect(number(0.25, 2)).toBe('0,25');
});

test('what is seldom said comes when it is asked for, and then in every language', async () => {
  expect(known('month.none')).toBe(false);
  await speakAlso('seldom');
  expect(known('month.none')).toBe(true);
  const indonesian = t('month.none');
  await speak('en');
  expect(t('month.none')).not.toBe(indonesian);
});

test('what is today is said by the clock that was given, whatever the phone shows', () => {
  useClock(() => Date.parse('2026-11-25T03:00:00Z'));
  expect(moment(NIGHT)).toBe('00.30');
  useClock(Date.now);
  expect(moment(NIGHT, '2025-11-25T03:00:00Z')).toBe('25 Nov 00.30');
});

/** Periods are said in words, and a part of one says which days it is. */
import { beforeEach, expect, test } from 'vitest';
import { zone } from '../words/dates';
import { speak } from '../words/words';
import { partName, periodName } from './period_name';

const QUARTER = {
  kind: 'quarter',
  period: '2026-Q4',
  period_start: '2026-09-30T17:00:00Z',
  period_end: '2026-12-31T17:00:00Z',
  part_start: '2026-09-30T17:00:00Z',
  part_end: '2026-12-31T17:00:00Z',
} as const;

beforeEach(async () => {
  zone.value = 'Asia/Jakarta';
  await speak('id');
});

test('a quarter, a month and a year have names', () => {
  expect(periodName(QUARTER)).toBe('Triwulan 4, 2026');
  expect(periodName({ ...QUARTER, kind: 'month', period: '2026-10' })).toBe('Oktober 2026');
  expect(periodName({ ...QUARTER, kind: 'year', period: '2026' })).toBe('Tahun 2026');
});

test('the whole period needs no days', () => {
  expect(partName(QUARTER)).toBe('Triwulan 4, 2026');
});

test('a part of it says from when until when, both included', () => {
  const part = { ...QUARTER, part_end: '2026-11-14T17:00:00Z' };
  expect(partName(part)).toBe('Triwulan 4, 2026 (1 Okt – 14 Nov)');
});

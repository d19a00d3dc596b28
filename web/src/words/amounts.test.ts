import { afterEach, describe, expect, it } from 'vitest';
import { language } from './words';
import type { Language } from './words';
import { read, written } from './amounts';

afterEach(() => {
  language.value = 'id';
});

describe('an amount that was typed', () => {
  it.each<[Language, string, number | null]>([
    ['id', '3', 3],
    ['id', ' 12 ', 12],
    ['id', '2,5', 2.5],
    ['id', '2.5', 2.5],
    ['id', '1.500', 1_500],
    ['id', '1.234.567', 1_234_567],
    ['id', '1.234,5', 1_234.5],
    ['id', '0.500', 0.5],
    ['id', '1,500', 1.5],
    ['en', '1,500', 1_500],
    ['en', '1,234.5', 1_234.5],
    ['en', '1.500', 1.5],
    ['en', '2,5', 2.5],
    ['id', '', null],
    ['id', '-1', null],
    ['id', '1.2.3', null],
    ['id', '1,2,3', null],
    ['id', '1e3', null],
    ['id', 'dua', null],
  ])('in %s: %j is %j', (spoken, typed, amount) => {
    language.value = spoken;
    expect(read(typed)).toBe(amount);
  });
});

it.each<Language>(['id', 'en'])('is read as it was written: %s', (spoken) => {
  language.value = spoken;
  for (const amount of [0, 1, 0.1, 1.125, 1_500, 12_345.678, 1_000_000]) {
    expect(read(written(amount))).toBe(amount);
  }
  expect(read(written(1.1 - 1))).toBe(0.1);
});

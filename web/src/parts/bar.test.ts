/** How long a bar is drawn. */
import { expect, test } from 'vitest';
import { share } from './bar';

test('a part of the whole, with one decimal', () => {
  expect(share(63, 96)).toBe('65.6%');
});

test('more than the goal fills the bar, less than nothing leaves it empty', () => {
  expect(share(130, 96)).toBe('100%');
  expect(share(-5, 96)).toBe('0%');
});

test('a goal of nothing has no share', () => {
  expect(share(5, 0)).toBe('0%');
});

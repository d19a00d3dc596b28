import { expect, it } from 'vitest';
import { newId } from './ids';

it('carries the clock, the version and the variant of a UUIDv7', () => {
  const id = newId(Date.UTC(2026, 10, 24, 1, 2, 3, 456));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(
    Date.UTC(2026, 10, 24, 1, 2, 3, 456),
  );
});

it('is another one every time, also within a millisecond', () => {
  expect(new Set(Array.from({ length: 1_000 }, () => newId(0))).size).toBe(1_000);
});

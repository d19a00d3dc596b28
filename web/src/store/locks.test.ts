import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTurn } from './locks';
import { FakeLocks } from './fake_locks';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { locks: new FakeLocks() });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('works one after another', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise((done) => setTimeout(done, 10));
    order.push(`${name} ends`);
  };
  const both = Promise.all([inTurn('t', work('a')), inTurn('t', work('b'))]);
  await vi.advanceTimersByTimeAsync(30);
  await both;
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

it('takes the turn from a tab that sleeps, and not a moment sooner than any request may take', async () => {
  const asleep = inTurn('t', () => new Promise(() => undefined)).catch(
    (error: Error) => error.name,
  );
  const mine = inTurn('t', async () => 'done');
  const ended = vi.fn();
  void mine.then(ended);
  await vi.advanceTimersByTimeAsync(35_000);
  expect(ended).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await mine).toBe('done');
  expect(await asleep).toBe('AbortError');
});

it('hands on what the work throws', async () => {
  await expect(inTurn('t', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('just works where there are no locks', async () => {
  vi.stubGlobal('navigator', {});
  expect(await inTurn('t', async () => 1)).toBe(1);
});

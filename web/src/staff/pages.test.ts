import { expect, it } from 'vitest';
import { joined } from './pages';

const row = (id: string, read = false) => ({ id, read });

it('puts older pages behind the first one', () => {
  expect(joined([row('c'), row('b')], [row('a')]).map((each) => each.id)).toEqual(['c', 'b', 'a']);
});

it('shows once, as it is newest, what moved down a page meanwhile', () => {
  const shown = joined([row('d'), row('c', true)], [row('c'), row('b')]);
  expect(shown).toEqual([row('d'), row('c', true), row('b')]);
});

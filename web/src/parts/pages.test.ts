import { expect, it } from 'vitest';
import { joined } from './pages';

const row = (id: string, read = false) => ({ id, read });
const idOf = ({ id }: { id: string }) => id;
const ids = (rows: readonly { id: string }[]) => rows.map(idOf).join('');

it('puts older pages behind the first one', () => {
  expect(ids(joined([row('c'), row('b')], [row('a')], idOf))).toBe('cba');
});

it('shows once, as it is newest, what moved down a page meanwhile', () => {
  const shown = joined([row('d'), row('c', true)], [row('c'), row('b')], idOf);
  expect(shown).toEqual([row('d'), row('c', true), row('b')]);
});

it('keeps what a growing first page has pushed out of itself', () => {
  const before = joined([row('d'), row('c')], [row('b'), row('a')], idOf);
  const grown = [row('f'), row('e')];
  expect(ids(joined(grown, before, idOf))).toBe('fedcba');
});

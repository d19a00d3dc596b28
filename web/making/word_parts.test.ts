/** Words in two halves: together everything, apart nothing twice. */
import { expect, test } from 'vitest';
import { chosen } from './word_parts';

test('every word is in exactly one half', () => {
  const words = { 'lead.board': 'Papan', 'nav.today': 'Hari ini', leading: 'Depan' };
  expect(chosen(words, true)).toEqual({ 'lead.board': 'Papan' });
  expect(chosen(words, false)).toEqual({ 'nav.today': 'Hari ini', leading: 'Depan' });
});

/** Words in parts: together everything, apart nothing twice. */
import { expect, test } from 'vitest';
import { chosen } from './word_parts';

test('every word is in exactly one part', () => {
  const words = {
    'lead.board': 'Papan',
    'nav.today': 'Hari ini',
    'month.none': 'Belum ada',
    leading: 'Depan',
  };
  expect(chosen(words, 'lead')).toEqual({ 'lead.board': 'Papan' });
  expect(chosen(words, 'seldom')).toEqual({ 'month.none': 'Belum ada' });
  expect(chosen(words, 'staff')).toEqual({ 'nav.today': 'Hari ini', leading: 'Depan' });
});

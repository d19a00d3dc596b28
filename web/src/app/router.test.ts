/** Which paths a pattern fits, and with what. */
import { expect, test } from 'vitest';
import { matched } from './router';

test('a plain path fits itself, with or without a slash at its end', () => {
  expect(matched('/today', '/today')).toEqual({});
  expect(matched('/today', '/today/')).toEqual({});
  expect(matched('/', '/')).toEqual({});
});

test('a part with a colon takes what stands there, decoded', () => {
  expect(matched('/people/:id', '/people/a%20b')).toEqual({ id: 'a b' });
  expect(matched('/people/:id/targets/:target', '/people/1/targets/2')).toEqual({
    id: '1',
    target: '2',
  });
});

test('another path does not fit', () => {
  expect(matched('/people/:id', '/people')).toBeNull();
  expect(matched('/people/:id', '/people/')).toBeNull();
  expect(matched('/people/:id', '/units/1')).toBeNull();
  expect(matched('/today', '/today/1')).toBeNull();
});

test('an address that somebody cut short is no screen, and breaks nothing', () => {
  expect(matched('/people/:id', '/people/%E0%A4')).toBeNull();
});

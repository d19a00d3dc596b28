/** The icons are pictures that a phone can read, with the beat in the middle of them. */
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { drawn } from './icons';

test('a PNG of the size that was asked for', () => {
  const png = Buffer.from(drawn(48));
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([48, 48]);
});

test('its corners are green, and it holds a line of paper colour', () => {
  const size = 48;
  const png = Buffer.from(drawn(size));
  const begins = png.indexOf('IDAT') + 4;
  const rows = inflateSync(png.subarray(begins, begins + png.readUInt32BE(begins - 8)));
  expect([...rows.subarray(1, 4)]).toEqual([0x0b, 0x6e, 0x4f]);
  const bright = rows.filter((value) => value > 0xf0).length / 3;
  expect(bright).toBeGreaterThan(size);
  expect(bright).toBeLessThan((size * size) / 4);
});

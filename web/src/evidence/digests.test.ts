/** Digests as the office reads them: of "abc", and of nothing (FIPS 180-4's own examples). */
import { expect, test } from 'vitest';
import { contentDigest, nameOf } from './digests';

const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;

test('a name is 64 hex digits', async () => {
  expect(await nameOf(bytes('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(await nameOf(bytes(''))).toHaveLength(64);
});

test('a piece is sent with its digest in base64', async () => {
  expect(await contentDigest(bytes('abc'))).toBe(
    'sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:',
  );
});

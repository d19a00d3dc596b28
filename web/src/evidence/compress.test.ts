/** Photos get small enough: quality goes first, then size, and nothing grows. */
import { expect, test } from 'vitest';
import { fitted, MOST_BYTES, smallest } from './compress';

/** A drawing that takes so many bytes for each pixel at full quality. */
const drawn =
  (bytesPerPixel: number, asked: string[] = []) =>
  async ({ width, height }: { width: number; height: number }, quality: number) => {
    asked.push(`${width}x${height} ${quality}`);
    return new Blob([new Uint8Array(Math.ceil(width * height * bytesPerPixel * quality))]);
  };

test('a small photo is drawn once, at its own size', async () => {
  const asked: string[] = [];
  const picture = await smallest({ width: 640, height: 480 }, drawn(0.1, asked));
  expect(asked).toEqual(['640x480 0.8']);
  expect(picture).toMatchObject({ width: 640, height: 480 });
});

test.each([0.1, 0.3, 1, 3])('%d bytes a pixel still fit', async (bytesPerPixel) => {
  const picture = await smallest({ width: 4_000, height: 3_000 }, drawn(bytesPerPixel));
  expect(picture.bytes.byteLength).toBeLessThanOrEqual(MOST_BYTES);
  expect(picture.width / picture.height).toBeCloseTo(4 / 3, 1);
});

test('quality goes before size', async () => {
  const asked: string[] = [];
  await smallest({ width: 1_280, height: 960 }, drawn(0.25, asked));
  expect(asked).toEqual(['1280x960 0.8', '1280x960 0.65', '1280x960 0.5', '1280x960 0.4']);
});

test('what will not get small is sent as it is at last, not for ever drawn', async () => {
  const picture = await smallest({ width: 900, height: 900 }, drawn(0.1), 1_000);
  expect(picture.width).toBeLessThan(320);
  expect(picture.bytes.byteLength).toBeGreaterThan(1_000);
});

test('a size fits within the edge and is never larger than it was', () => {
  expect(fitted({ width: 4_000, height: 1_000 }, 1_280)).toEqual({ width: 1_280, height: 320 });
  expect(fitted({ width: 10, height: 20 }, 1_280)).toEqual({ width: 10, height: 20 });
  expect(fitted({ width: 9_000, height: 1 }, 320)).toEqual({ width: 320, height: 1 });
});

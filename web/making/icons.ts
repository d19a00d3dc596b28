/** The mark as PNGs, for phones that take no SVG on their home screen. Drawn, not committed. */
import { crc32, deflateSync } from 'node:zlib';
import type { Plugin } from 'vite';

const SIZES = [192, 512];
const GREEN = [0x0b, 0x6e, 0x4f] as const;
const PAPER = [0xfb, 0xfa, 0xf7] as const;
// The beat that becomes a check, as in public/mark.svg, inside the circle that masks keep.
const BEAT = [
  [8, 36],
  [19, 36],
  [23, 26],
  [30, 48],
  [36, 36],
  [40, 41],
  [56, 20],
] as const;
const BOX = 64;
const SHRUNK = 0.8;
const HALF_STROKE = 2.5;

/** Adds `icon-192.png` and `icon-512.png` to the build. */
export function icons(): Plugin {
  return {
    name: 'denyut:icons',
    apply: 'build',
    generateBundle() {
      for (const size of SIZES) {
        this.emitFile({ type: 'asset', fileName: `icon-${size}.png`, source: drawn(size) });
      }
    },
  };
}

/** The mark in a square of `size` pixels, as the bytes of a PNG. */
export function drawn(size: number): Uint8Array {
  const rows = Buffer.alloc(size * (size * 3 + 1)); // each row starts with its filter, 0
  const pixel = BOX / size / SHRUNK; // of the mark's own units
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const ink = coverage(unit(x, size), unit(y, size), pixel);
      for (let channel = 0; channel < 3; channel += 1) {
        const [from, to] = [GREEN[channel] ?? 0, PAPER[channel] ?? 0];
        rows[y * (size * 3 + 1) + 1 + x * 3 + channel] = Math.round(from + (to - from) * ink);
      }
    }
  }
  return png(size, rows);
}

/** A pixel's middle in the mark's units. */
function unit(at: number, size: number): number {
  return ((at + 0.5) / size - 0.5) * (BOX / SHRUNK) + BOX / 2;
}

/** How much of a pixel the line covers, 0 to 1, from its distance to the line. */
function coverage(x: number, y: number, pixel: number): number {
  let nearest = Infinity;
  for (let index = 1; index < BEAT.length; index += 1) {
    const [ax, ay] = BEAT[index - 1] ?? [0, 0];
    const [bx, by] = BEAT[index] ?? [0, 0];
    const [dx, dy] = [bx - ax, by - ay];
    const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
    const t = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(x - ax - t * dx, y - ay - t * dy));
  }
  return Math.min(1, Math.max(0, (HALF_STROKE - nearest) / pixel + 0.5));
}

function png(size: number, rows: Buffer): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8); // eight bits, red green blue
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pieces = [chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND')];
  return Buffer.concat([signature, ...pieces]);
}

function chunk(name: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

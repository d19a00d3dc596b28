/** Packs what was built, once and as small as it goes, so that the service only hands it out. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const PACKED = /\.(js|css|html|svg|json|webmanifest)$/;
const LEAST_BYTES = 512; // less than that grows, or saves nothing

/** Writes `.gz` and `.br` beside every text of the build. */
export function compressed(): Plugin {
  let folder = 'dist';
  return {
    name: 'denyut:compressed',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        // A build that failed has made nothing; its own error is the one to show.
        if (!existsSync(folder)) return;
        for (const path of files(folder)) pack(path);
      },
    },
  };
}

function pack(path: string): void {
  const plain = readFileSync(path);
  if (!PACKED.test(path) || plain.length < LEAST_BYTES) return;
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  writeFileSync(`${path}.br`, brotliCompressSync(plain, { params }));
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

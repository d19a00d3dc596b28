/**
 * Builds the service worker into one file beside the app, with the names of what it has to keep.
 *
 * Invariant: its bytes change whenever anything of the app does, which is how browsers learn of an
 * update; what only supervisors load is kept apart.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import type { Plugin } from 'vite';

const SOURCE = 'src/sw/worker.ts';
const FILE = 'sw.js';
const KEPT = /\.html$|\.svg$|^icon-192\.png$/; // the large icon is for installing, with signal only
const FOR_LEADS = /\/src\/lead\/|\.lead\.words$|\/node_modules\/uplot\//;

/** Adds `sw.js` to the build. */
export function worker(): Plugin {
  let root = '';
  let open = '';
  return {
    name: 'denyut:worker',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      open = config.publicDir;
    },
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const digest = createHash('sha256');
        const now = new Set<string>();
        const later = new Set<string>();
        for (const [name, each] of Object.entries(bundle)) {
          digest.update(name).update(each.type === 'chunk' ? each.code : each.source);
          const isLater = each.type === 'chunk' && each.moduleIds.some((id) => FOR_LEADS.test(id));
          const files = each.type === 'chunk' ? [name, ...stylesOf(each)] : [];
          for (const file of files) (isLater ? later : now).add(`/${file}`);
          if (KEPT.test(name)) now.add(`/${name}`);
        }
        for (const name of readdirSync(open)) {
          digest.update(name).update(readFileSync(join(open, name)));
          now.add(`/${name}`);
        }
        const source = await built(root, {
          DENYUT_BUILD: JSON.stringify(digest.digest('hex').slice(0, 16)),
          DENYUT_FILES: listed(now),
          DENYUT_LATER: listed([...later].filter((file) => !now.has(file))),
        });
        this.emitFile({ type: 'asset', fileName: FILE, source });
      },
    },
  };
}

/** Names as one text: half the brackets, and tests read them out of the built file. */
function listed(names: Iterable<string>): string {
  return JSON.stringify([...names].sort().join(' '));
}

function stylesOf(chunk: object): Iterable<string> {
  return (
    (chunk as { viteMetadata?: { importedCss?: Set<string> } }).viteMetadata?.importedCss ?? []
  );
}

/** The worker as one classic script; it has no page, so it needs no words. */
async function built(root: string, define: Record<string, string>): Promise<string> {
  const made = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define,
    resolve: { alias: { '@preact/signals': '@preact/signals-core' } },
    plugins: [
      {
        name: 'denyut:no-words',
        enforce: 'pre',
        resolveId: (source) => (source.endsWith('.words') ? source : null),
        load: (id) =>
          id.endsWith('.words') ? { code: 'export default {}', moduleType: 'js' } : null,
      },
    ],
    build: {
      write: false,
      target: ['chrome87', 'firefox90', 'safari14'],
      rollupOptions: {
        input: join(root, SOURCE),
        output: { format: 'iife', entryFileNames: FILE, codeSplitting: false },
      },
    },
  });
  const output = (Array.isArray(made) ? made : [made]).flatMap((each) =>
    'output' in each ? each.output : [],
  );
  const chunk = output.find((each) => each.type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error('the service worker was not built');
  return chunk.code;
}

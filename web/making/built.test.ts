/** A small app through the plugins of the build: what stands in the folder afterwards. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compressed } from './compressed';
import { first } from './first';
import { icons } from './icons';
import { preloaded } from './preloaded';
import { wordParts } from './word_parts';

const folder = mkdtempSync(join(tmpdir(), 'denyut-app-'));
const dist = join(folder, 'dist');
const read = (name: string) => readFileSync(join(dist, name), 'utf8');
const script = (part: string) =>
  readdirSync(join(dist, 'assets')).find((name) => name.includes(part) && name.endsWith('.js')) ??
  '';

beforeAll(async () => {
  mkdirSync(join(folder, 'words'));
  writeFileSync(
    join(folder, 'words/id.json'),
    JSON.stringify({ 'lead.board': 'Papan', 'nav.today': 'Hari ini', long: 'kata '.repeat(200) }),
  );
  writeFileSync(
    join(folder, 'main.js'),
    `import { said } from './shared.js';
     said('first');
     globalThis.much = () => import('./later.js');
     const shown = (file) => (document.title = file.default.long);
     import('./words/id.staff.words').then(shown);
     globalThis.later = () => import('./words/id.lead.words').then(shown);`,
  );
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><html lang="id"><head><title>x</title></head>' +
      '<body><script type="module" src="/main.js"></script></body></html>',
  );
  writeFileSync(join(folder, 'shared.js'), 'export const said = (word) => console.log(word);');
  writeFileSync(join(folder, 'later.js'), `import { said } from './shared.js'; said('later');`);
  const atOnce = first('/main.js');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [
      wordParts(),
      atOnce.plugin,
      icons(),
      preloaded('/words/id.staff.words'),
      compressed(),
    ],
    build: {
      modulePreload: { polyfill: false }, // else it stands in a file before all others
      rolldownOptions: {
        output: { codeSplitting: { groups: [{ name: 'first', test: (id) => atOnce.has(id) }] } },
      },
    },
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

test('staff get their words, and supervisors theirs', () => {
  expect(read(`assets/${script('id.staff')}`)).toContain('Hari ini');
  expect(read(`assets/${script('id.staff')}`)).not.toContain('Papan');
  expect(read(`assets/${script('id.lead')}`)).toContain('Papan');
});

test('what is needed first is asked for by the page itself, and nothing else', () => {
  const links = read('index.html').match(/rel="modulepreload"[^>]*href="([^"]+)"/g) ?? [];
  expect(links).toHaveLength(1);
  expect(links[0]).toContain(script('id.staff'));
});

test('what is needed at once is one script, also where later ones share of it', () => {
  expect(read('index.html').match(/<script/g)).toHaveLength(1);
  expect(read(`assets/${script('first')}`)).toContain('console.log');
  expect(read(`assets/${script('later')}`)).not.toContain('console.log');
});

test('texts stand there packed, and unpack to themselves', () => {
  const name = `assets/${script('id.staff')}`;
  expect(gunzipSync(readFileSync(join(dist, `${name}.gz`))).toString()).toBe(read(name));
  expect(brotliDecompressSync(readFileSync(join(dist, `${name}.br`))).toString()).toBe(read(name));
});

test('pictures are not packed again', () => {
  const names = readdirSync(dist);
  expect(names).toContain('icon-192.png');
  expect(names).not.toContain('icon-192.png.gz');
});

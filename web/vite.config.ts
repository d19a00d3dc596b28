import { defineConfig } from 'vite';
import { compressed } from './making/compressed.ts';
import { icons } from './making/icons.ts';
import { wordParts } from './making/word_parts.ts';
import { worker } from './making/worker.ts';
import { preloaded } from './making/preloaded.ts';

// The service that `npx vite` asks while somebody works on the app.
const SERVICE = process.env.DENYUT_URL ?? 'http://127.0.0.1:8000';

// What the first screens share comes as one file: many small ones pack worse and cost a line each.
const FIRST =
  /\/src\/(parts\/(answered|asked|bar|card|field|icon|late|pace|text_area)|staff\/(outbox_look|stepper|target_card|target_choice|wall_time|when)|app\/(language_choice|password_field))\.tsx?$/;

export default defineConfig({
  plugins: [
    wordParts(),
    icons(),
    preloaded('/words/id.staff.words', '/app/sign_in.tsx'),
    worker(),
    compressed(),
  ],
  build: {
    target: ['chrome87', 'firefox90', 'safari14'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: 'manifest.json',
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', test: FIRST }] } } },
  },
  server: { proxy: { '/v1': { target: SERVICE, ws: true }, '/s/': SERVICE, '/verify': SERVICE } },
});

import { defineConfig } from 'vite';
import { compressed } from './making/compressed.ts';
import { first } from './making/first.ts';
import { icons } from './making/icons.ts';
import { wordParts } from './making/word_parts.ts';
import { worker } from './making/worker.ts';
import { preloaded } from './making/preloaded.ts';

// The service that `npx vite` asks while somebody works on the app.
const SERVICE = process.env.DENYUT_URL ?? 'http://127.0.0.1:8000';

// One file of what stands before somebody can report: many small ones pack worse, and each asks
// the far end of the line anew.
const atOnce = first('/src/main.tsx');

export default defineConfig({
  plugins: [
    wordParts(),
    atOnce.plugin,
    icons(),
    preloaded('/words/id.staff.words'),
    worker(),
    compressed(),
  ],
  build: {
    target: ['chrome87', 'firefox90', 'safari14'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: 'manifest.json',
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'first', test: (id) => atOnce.has(id) }] } },
    },
  },
  server: { proxy: { '/v1': { target: SERVICE, ws: true }, '/s/': SERVICE, '/verify': SERVICE } },
});

/**
 * Parts the words of a language: `id.lead.words` holds those of supervisors' screens,
 * `id.seldom.words` those of screens that staff open now and then, `id.staff.words` all others, so
 * that nobody waits for words that they may never see. All come from `id.json`.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

export type Part = 'lead' | 'seldom' | 'staff';

const PART = /^(.*\/)?(\w+)\.(lead|seldom|staff)\.words$/;
// What a key begins with; tests/web/test_words.py keeps the first screens from saying these.
const SELDOM: ReadonlySet<string> = new Set([
  'agreement',
  'appraisal',
  'devices',
  'help',
  'lessons',
  'look',
  'mentor',
  'month',
  'notices',
  'objection',
  'predicate',
  'proposal',
  'rating',
  'recap',
  'step',
  'target',
  'value',
  'views',
]);

export function wordParts(): Plugin {
  return {
    name: 'denyut:word-parts',
    enforce: 'pre',
    resolveId(source, importer) {
      return importer && PART.test(source) ? join(dirname(importer), source) : null;
    },
    load(id) {
      const [, folder, language, part] = PART.exec(id) ?? [];
      if (!folder || !language) return null;
      const file = `${folder}${language}.json`;
      this.addWatchFile(file);
      const words = chosen(JSON.parse(readFileSync(file, 'utf8')), part as Part);
      return { code: `export default ${JSON.stringify(words)}`, moduleType: 'js' };
    },
  };
}

/** The words of one part. */
export function chosen(words: Record<string, string>, part: Part): Record<string, string> {
  return Object.fromEntries(Object.entries(words).filter(([key]) => partOf(key) === part));
}

function partOf(key: string): Part {
  const [beginning = ''] = key.split('.');
  if (beginning === 'lead') return 'lead';
  return SELDOM.has(beginning) ? 'seldom' : 'staff';
}

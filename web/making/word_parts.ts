/**
 * Parts the words of a language in two: `id.lead.words` holds those of supervisors' screens,
 * `id.staff.words` all others, so that staff never fetch what they never see. Both come from `id.json`.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const PART = /^(.*\/)?(\w+)\.(lead|staff)\.words$/;
const LEAD = 'lead.';

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
      const words = chosen(JSON.parse(readFileSync(file, 'utf8')), part === 'lead');
      return { code: `export default ${JSON.stringify(words)}`, moduleType: 'js' };
    },
  };
}

/** The words of one part. */
export function chosen(words: Record<string, string>, lead: boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(words).filter(([key]) => key.startsWith(LEAD) === lead));
}

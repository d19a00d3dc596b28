/** Puts what stands before somebody can report into one file, so that a far line is asked once. */
import type { Plugin } from 'vite';

/** Knows, once the modules are read, which of them `sources` need at once. */
export function first(...sources: string[]): { plugin: Plugin; has: (id: string) => boolean } {
  const needed = new Set<string>();
  const plugin: Plugin = {
    name: 'denyut:first',
    apply: 'build',
    buildEnd() {
      needed.clear();
      const waiting = [...this.getModuleIds()].filter((id) =>
        sources.some((source) => id.endsWith(source)),
      );
      for (let id = waiting.pop(); id; id = waiting.pop()) {
        if (needed.has(id)) continue;
        needed.add(id);
        waiting.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
    },
  };
  return { plugin, has: (id) => needed.has(id) };
}

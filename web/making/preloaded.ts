/** Tells the browser at once what the first screens need, instead of one discovery after another. */
import type { Plugin } from 'vite';

/** Names source files whose chunks, and what these import, are fetched beside the first script. */
export function preloaded(...sources: string[]): Plugin {
  return {
    name: 'denyut:preloaded',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle, chunk: entry }) {
        const chunks = Object.values(bundle ?? {}).filter((each) => each.type === 'chunk');
        const wanted = chunks.filter((chunk) =>
          sources.some((source) => chunk.facadeModuleId?.endsWith(source)),
        );
        const files = new Set(wanted.flatMap((chunk) => [chunk.fileName, ...chunk.imports]));
        if (entry) for (const there of [entry.fileName, ...entry.imports]) files.delete(there);
        return [...files].sort().map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
          injectTo: 'head' as const,
        }));
      },
    },
  };
}

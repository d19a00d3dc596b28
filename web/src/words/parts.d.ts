/** The parts of a language's words, which `making/word_parts.ts` makes at build. */
declare module '*.words' {
  const words: Record<string, string>;
  export default words;
}

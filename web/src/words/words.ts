/**
 * What the app says: one flat file a language, loaded when it is chosen, kept offline by the cache.
 * What supervisors alone read and what is seldom read are parts of their own, which the routes of
 * such screens name (`making/word_parts.ts`).
 *
 * Invariant: both files have the same keys (tests/web/test_words.py); no screen holds a sentence.
 */
import { signal } from '@preact/signals';
import type indonesian from './id.json';

export type Language = 'id' | 'en';
export type Key = keyof typeof indonesian;
export type Fills = Record<string, string | number>;

export const LANGUAGES: readonly Language[] = ['id', 'en'];
type Words = Record<string, string>;
export type Part = 'staff' | 'seldom' | 'lead';
const files: Record<Language, Record<Part, () => Promise<{ default: Words }>>> = {
  id: {
    staff: () => import('./id.staff.words'),
    seldom: () => import('./id.seldom.words'),
    lead: () => import('./id.lead.words'),
  },
  en: {
    staff: () => import('./en.staff.words'),
    seldom: () => import('./en.seldom.words'),
    lead: () => import('./en.lead.words'),
  },
};

/** The language that is shown now. Screens that read it are drawn again when it changes. */
export const language = signal<Language>('id');
const words = signal<Words>({});
const parts = new Set<Part>(['staff']);

/** Loads a language and shows it. Rejects when its file cannot be had; the old one stays then. */
export async function speak(chosen: Language): Promise<void> {
  const loaded = await Promise.all([...parts].map((part) => files[chosen][part]()));
  words.value = Object.assign({}, ...loaded.map((file) => file.default)) as Words;
  language.value = chosen;
  if (typeof document !== 'undefined') document.documentElement.lang = chosen;
}

/** From now on the words of another part too. Rejects like `speak`. */
export async function speakAlso(part: Part): Promise<void> {
  if (parts.has(part)) return;
  const spoken = language.value;
  const { default: more } = await files[spoken][part]();
  if (spoken !== language.value) return speakAlso(part); // chosen anew meanwhile
  parts.add(part);
  words.value = { ...words.value, ...more };
}

/**
 * The words of a key. `{name}` is filled in; a text of two halves parted by ` | ` is one for a
 * single thing and one for several, chosen by `n`.
 */
export function t(key: Key, fills: Fills = {}): string {
  const text = words.value[key] ?? key;
  const [one, other] = text.split(' | ');
  const chosen = other !== undefined && fills.n !== 1 ? other : (one ?? text);
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fill = fills[name];
    if (fill === undefined) return whole;
    return typeof fill === 'number' ? exact(fill) : fill;
  });
}

/** Whether a word of the server (a kind, a state) has a text here: `known('state.' + kind)`. */
export function known(key: string): key is Key {
  return key in words.value;
}

const formats = new Map<string, Intl.NumberFormat>(); // making one costs a hundred uses of it

/** An amount or a count as it is; whoever wants it rounded says so with `number`. */
export const exact = (value: number): string => number(value, 3);

/** A number as this language writes it, rounded to so many digits. */
export function number(value: number, digits = 1): string {
  const key = `${language.value}${digits}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language.value, { maximumFractionDigits: digits });
    formats.set(key, format);
  }
  return format.format(value);
}

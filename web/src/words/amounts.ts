/**
 * Amounts in a field, as this language writes them.
 *
 * Invariant: what `written` puts into a field, `read` takes out of it, in the same language.
 */
import { language } from './words';

const FORMS = {
  id: { grouped: /^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/, group: /\./g, decimal: ',' },
  en: { grouped: /^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/, group: /,/g, decimal: '.' },
} as const;

/**
 * What was typed as a number; null: it is none. "1.500" is one and a half thousand in Indonesian;
 * apart from thousands, both marks are understood as that for decimals.
 */
export function read(typed: string): number | null {
  const form = FORMS[language.value];
  const text = typed.trim();
  const plain = form.grouped.test(text) ? text.replace(form.group, '') : text;
  const number = plain.replace(',', '.');
  return /^\d+(\.\d+)?$/.test(number) ? Number(number) : null;
}

/** A number as a person would type it. */
export function written(value: number): string {
  const rounded = Number(value.toFixed(6)); // 1.1 and one less is 0.1, whatever the machine thinks
  return String(rounded).replace('.', FORMS[language.value].decimal);
}

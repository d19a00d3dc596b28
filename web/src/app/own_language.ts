/**
 * Which language this phone speaks: what its person chose here; on a new phone, what their account
 * says; before anybody signed in, the phone's own if we speak it, else Indonesian.
 *
 * Invariant: a choice made here is kept before the office is told, and told until it has heard.
 */
import { ask } from '../api/client';
import type { Me } from '../api/types';
import { me, standing } from '../store/session';
import { LANGUAGES, speak } from '../words/words';
import type { Language } from '../words/words';

const KEPT = 'denyut.language';
const WHOSE = 'denyut.language.of'; // empty: chosen before anybody signed in
const UNTOLD = 'denyut.language.untold';

/** What to speak before anybody is asked. */
export function firstLanguage(): Language {
  const wished = localStorage.getItem(KEPT) ?? navigator.language.slice(0, 2);
  return LANGUAGES.find((each) => each === wished) ?? 'id';
}

/** Speaks it, keeps the choice, and tells the office, whose notices and papers follow it. */
export async function choose(chosen: Language): Promise<void> {
  localStorage.setItem(KEPT, chosen);
  localStorage.setItem(WHOSE, me.peek()?.employee.id ?? '');
  localStorage.setItem(UNTOLD, 'yes');
  await speak(chosen);
  await tellLanguage();
}

/** This person is here: speaks as their account says, unless they have chosen on this phone. */
export async function speakAsTheyWish(person: Me): Promise<void> {
  const whose = localStorage.getItem(WHOSE);
  if (whose === person.employee.id) return;
  const chosenHere = localStorage.getItem(KEPT) !== null && !whose;
  localStorage.setItem(WHOSE, person.employee.id);
  if (!chosenHere) {
    localStorage.setItem(KEPT, person.language);
    await speak(person.language);
  }
  if (firstLanguage() === person.language) localStorage.removeItem(UNTOLD);
}

/** Tells the office what was chosen here, if it does not know; without signal, another time. */
export async function tellLanguage(): Promise<void> {
  const untold = localStorage.getItem(UNTOLD) && localStorage.getItem(WHOSE);
  if (!untold || standing.peek() !== 'signed_in') return;
  const language = firstLanguage();
  try {
    await ask('patch', '/v1/me', { body: { language } });
  } catch {
    return;
  }
  if (language === firstLanguage()) localStorage.removeItem(UNTOLD);
}

/** Indonesian or English, each named in itself, changed at once and kept on this phone. */
import { language, LANGUAGES, speak } from '../words/words';
import type { Language } from '../words/words';

const NAMES: Record<Language, string> = { id: 'Bahasa Indonesia', en: 'English' };
const KEPT = 'denyut.language';

/** The language chosen on this phone, else the phone's own if we speak it, else Indonesian. */
export function firstLanguage(): Language {
  const wished = localStorage.getItem(KEPT) ?? navigator.language.slice(0, 2);
  return LANGUAGES.find((each) => each === wished) ?? 'id';
}

/** Speaks it and keeps the choice. The account's own language is changed in the settings. */
export async function choose(chosen: Language): Promise<void> {
  localStorage.setItem(KEPT, chosen);
  await speak(chosen);
}

export function LanguageChoice() {
  return (
    <div class="row" role="group" aria-label="Bahasa / Language">
      {LANGUAGES.map((each) => (
        <button
          key={each}
          class="chip"
          type="button"
          lang={each}
          aria-pressed={language.value === each}
          onClick={() => void choose(each)}
        >
          {NAMES[each]}
        </button>
      ))}
    </div>
  );
}

/** Indonesian or English, each named in itself and changed at once. */
import { language, LANGUAGES } from '../words/words';
import type { Language } from '../words/words';
import { choose } from './own_language';

const NAMES: Record<Language, string> = { id: 'Bahasa Indonesia', en: 'English' };

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

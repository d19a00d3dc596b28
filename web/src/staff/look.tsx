/** How the app looks and speaks to me: seen at once, kept on this phone. */
import { LanguageChoice } from '../app/language_choice';
import { TEXT_SIZES, textSize, theme, THEMES } from '../app/theme';
import { t } from '../words/words';

export default function LookScreen() {
  return (
    <div class="stack">
      <h1>{t('more.settings')}</h1>
      <section class="stack tight">
        <h2>{t('look.language')}</h2>
        <LanguageChoice />
        <p class="soft">{t('look.language_hint')}</p>
      </section>
      <section class="stack tight">
        <h2 id="text-size">{t('look.text')}</h2>
        <div class="row" role="group" aria-labelledby="text-size">
          {TEXT_SIZES.map((each) => (
            <button
              key={each}
              class="chip"
              type="button"
              aria-pressed={textSize.value === each}
              onClick={() => (textSize.value = each)}
            >
              {t(`look.text_${each}`)}
            </button>
          ))}
        </div>
      </section>
      <section class="stack tight">
        <h2 id="theme">{t('look.theme')}</h2>
        <div class="row" role="group" aria-labelledby="theme">
          {THEMES.map((each) => (
            <button
              key={each}
              class="chip"
              type="button"
              aria-pressed={theme.value === each}
              onClick={() => (theme.value = each)}
            >
              {t(`look.theme_${each}`)}
            </button>
          ))}
        </div>
        <p class="soft">{t('look.theme_hint')}</p>
      </section>
    </div>
  );
}

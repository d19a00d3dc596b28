/** How the app looks and speaks to me: seen at once, kept on this phone. */
import { ask } from '../api/client';
import { LanguageChoice } from '../app/language_choice';
import { TEXT_SIZES, textSize, theme, THEMES } from '../app/theme';
import { Notice } from '../parts/card';
import { standing } from '../store/session';
import { language, t } from '../words/words';
import { useDoing } from '../parts/doing';

export default function LookScreen() {
  const doing = useDoing();
  // Notices and documents come from the office in the account's language.
  function tellOffice() {
    const body = { language: language.value };
    if (standing.value === 'signed_in') void doing.run(() => ask('patch', '/v1/me', { body }));
  }
  return (
    <div class="stack">
      <h1>{t('more.settings')}</h1>
      <section class="stack tight">
        <h2>{t('look.language')}</h2>
        <LanguageChoice />
        <p class="soft">{t('look.language_hint')}</p>
        <button class="button" type="button" disabled={doing.busy} onClick={tellOffice}>
          {t('look.notices_too')}
        </button>
        {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
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

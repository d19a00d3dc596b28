/** A newer app waits on this phone. The person says when; nothing of theirs is touched by it. */
import { Notice } from '../parts/card';
import { newerApp } from '../store/signals';
import { t } from '../words/words';

export function NewerApp() {
  const take = newerApp.value;
  if (!take) return null;
  return (
    <Notice>
      <p>{t('app.newer')}</p>
      <button class="button" type="button" onClick={take}>
        {t('app.take_newer')}
      </button>
    </Notice>
  );
}

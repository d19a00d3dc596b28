/** Says that this is practice, where one could take it for real, and ends it. */
import { Notice } from '../parts/card';
import { practise } from '../store/practice';
import { practice } from '../store/signals';
import { t } from '../words/words';

export function PracticeNotice() {
  if (!practice.value) return null;
  return (
    <Notice tone="care">
      <p>{t('practice.on')}</p>
      <button class="button" type="button" onClick={() => practise(false)}>
        {t('practice.end')}
      </button>
    </Notice>
  );
}

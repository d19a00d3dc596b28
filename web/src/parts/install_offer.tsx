/** Offers to put the app on the home screen: asked by the browser, or told how by hand. */
import { Notice } from '../parts/card';
import { t } from '../words/words';
import { install, installLater, installSpokenOf, installWay } from '../store/install';

interface InstallOfferProps {
  /** In a list of doors: no reasons, and no "later". */
  plain?: boolean;
}

export default function InstallOffer({ plain = false }: InstallOfferProps) {
  if (plain ? installWay.value === 'none' : !installSpokenOf.value) return null;
  return (
    <Notice>
      <div class="stack tight">
        <p>{t(installWay.value === 'by_hand' ? 'install.by_hand' : 'install.why')}</p>
        <div class="row">
          {installWay.value === 'ask' && (
            <button class="button primary" type="button" onClick={() => void install()}>
              {t('install.go')}
            </button>
          )}
          {!plain && (
            <button class="button" type="button" onClick={installLater}>
              {t('install.later')}
            </button>
          )}
        </div>
      </div>
    </Notice>
  );
}

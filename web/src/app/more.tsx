/** Who I am, and everything that has no place in the navigation; for supervisors their own work too. */
import { useState } from 'preact/hooks';
import { useAsked } from '../parts/asked';
import { Notice } from '../parts/card';
import { Icon } from '../parts/icon';
import { leads, me, signOut } from '../store/session';
import { unsent } from '../store/signals';
import { t } from '../words/words';
import InstallOffer from '../parts/install_offer';
import { ROUTES } from './routes';

const OWN_WORK = 10;

export default function MoreScreen() {
  const person = me.value;
  const whom = leads.value ? 'lead' : 'staff';
  const mentees = useAsked('/v1/me/mentees').value?.length ?? 0;
  const shown = ROUTES.flatMap((route) => {
    // A supervisor's own work comes after what only supervisors do.
    const own = route.whom === 'staff' && whom === 'lead' && route.nav;
    const entry = route.more ?? (own ? { ...own, order: own.order + OWN_WORK } : undefined);
    const hidden = (route.whom === 'lead' && whom === 'staff') || (route.forMentors && !mentees);
    return entry && !hidden ? [{ path: route.path, ...entry }] : [];
  }).sort((one, other) => one.order - other.order);
  return (
    <div class="stack">
      <div>
        <h1>{person?.employee.name ?? t('nav.more')}</h1>
        <p class="soft">
          {[person?.employee.job_title, person?.employee.unit_name].filter(Boolean).join(', ')}
        </p>
        {person?.supervisor && (
          <p class="soft">{t('more.supervisor', { name: person.supervisor.name })}</p>
        )}
      </div>
      <ul class="entries">
        {shown.map((each) => (
          <li key={each.path}>
            <a href={each.path}>
              <Icon name={each.icon} />
              <span>{t(each.label)}</span>
              <Icon name="next" size={20} />
            </a>
          </li>
        ))}
      </ul>
      <InstallOffer plain />
      <SigningOut />
    </div>
  );
}

/** Signing out says first what becomes of what was not sent. */
function SigningOut() {
  const [leaving, setLeaving] = useState(false);
  if (!leaving) {
    return (
      <button class="button wide" type="button" onClick={() => setLeaving(true)}>
        <Icon name="exit" />
        {t('more.sign_out')}
      </button>
    );
  }
  return (
    <div class="stack tight" role="alert">
      {unsent.value > 0 && (
        <Notice tone="care">{t('more.unsent_stay', { n: unsent.value })}</Notice>
      )}
      <div class="row">
        <button class="button danger" type="button" onClick={() => void signOut()}>
          {t('more.sign_out')}
        </button>
        <button class="button" type="button" onClick={() => setLeaving(false)}>
          {t('app.cancel')}
        </button>
      </div>
    </div>
  );
}

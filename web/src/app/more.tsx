/** Everything that has no place in the navigation, as one list; for supervisors their own work too. */
import { Icon } from '../parts/icon';
import { leads } from '../store/session';
import { t } from '../words/words';
import { ROUTES } from './routes';

export default function MoreScreen() {
  const whom = leads.value ? 'lead' : 'staff';
  const shown = ROUTES.flatMap((route) => {
    const entry = route.more ?? (route.whom === 'staff' && whom === 'lead' ? route.nav : undefined);
    const hidden = route.whom === 'lead' && whom === 'staff';
    return entry && !hidden ? [{ path: route.path, ...entry }] : [];
  }).sort((one, other) => one.order - other.order);
  return (
    <div class="stack">
      <h1>{t('nav.more')}</h1>
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
    </div>
  );
}

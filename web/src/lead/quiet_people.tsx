/** People of whom nothing was heard for a day: said once, closed, and as what it is. */
import { moment } from '../words/dates';
import { t } from '../words/words';
import { contactOf } from './contact';
import { board } from './scope';

export function QuietPeople() {
  const now = Date.now();
  const quiet = (board().value.value?.people ?? []).filter(
    (each) => contactOf(each, now) !== 'heard',
  );
  if (!quiet.length) return null;
  return (
    <details class="quiet-people">
      <summary>{t('lead.quiet', { n: quiet.length })}</summary>
      <p class="soft">{t('lead.contact_means')}</p>
      <ul class="stack tight">
        {quiet.map((each) => (
          <li class="head" key={each.employee_id}>
            <a class="who" href={`/people/${each.employee_id}`}>
              {each.name}
            </a>
            <span class="soft">
              {each.last_contact_at
                ? t('lead.quiet_since', { at: moment(each.last_contact_at, now) })
                : t('lead.quiet_never')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Those whom I mentor: for each, the way to a report that I capture for them. */
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { Card, Notice } from '../parts/card';
import { Icon } from '../parts/icon';
import { t } from '../words/words';

export default function MenteesScreen() {
  const mentees = useAsked('/v1/me/mentees');
  return (
    <div class="stack">
      <h1>{t('more.mentor')}</h1>
      <p>{t('mentor.what')}</p>
      <Notice>{t('mentor.online')}</Notice>
      <Answered asked={mentees}>
        {(list) =>
          list.length ? (
            list.map((each) => (
              <Card key={each.employee_id} label={each.name}>
                <h2>{each.name}</h2>
                <p class="soft">{t('mentor.who', { unit: each.unit_name, end: each.nip_end })}</p>
                <a class="button wide" href={`/mentees/${each.employee_id}`}>
                  <Icon name="report" />
                  {t('mentor.report_for', { name: each.name })}
                </a>
              </Card>
            ))
          ) : (
            <p>{t('mentor.none')}</p>
          )
        }
      </Answered>
    </div>
  );
}

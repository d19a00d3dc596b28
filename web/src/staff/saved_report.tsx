/** After saving: what is true about the report now, as it becomes true. */
import { Card, State } from '../parts/card';
import { Icon } from '../parts/icon';
import { answering, outbox } from '../store/signals';
import { t } from '../words/words';
import { lookOfItem, wordOf } from './outbox_look';
import { ItemSaid } from './item_said';

interface SavedReportProps {
  id: string;
  practised: boolean;
  onAgain: () => void;
}

export function SavedReport({ id, practised, onAgain }: SavedReportProps) {
  const item = outbox.value.find((each) => each.id === id);
  const look = item && lookOfItem(item.state);
  const waiting = item?.state === 'saved' || item?.state === 'sending';
  return (
    <div class="stack">
      <h1>{t(practised ? 'report.practised' : 'report.thanks')}</h1>
      {practised && <p>{t('practice.on')}</p>}
      {item && look && (
        <Card>
          <div role="status">
            <State icon={look.icon} tone={look.tone}>
              {wordOf(item)}
            </State>
          </div>
          <h2>{item.shown.indicator}</h2>
          <ItemSaid item={item} />
          {waiting && (
            <p class="soft">{t(answering.value ? 'report.going' : 'report.goes_later')}</p>
          )}
        </Card>
      )}
      <button class="button primary wide" type="button" onClick={onAgain}>
        <Icon name="report" />
        {t('report.another')}
      </button>
      <a class="button wide" href="/today">
        {t('app.to_today')}
      </a>
    </div>
  );
}

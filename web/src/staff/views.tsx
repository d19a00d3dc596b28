/** Who looked at my data, what and when. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import { Card, Notice } from '../parts/card';
import { moment } from '../words/dates';
import { known, t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';

type View = Shape<'DataView'>;

export default function ViewsScreen() {
  const first = useAsked('/v1/me/views', { query: { limit: 30 } });
  const [older, setOlder] = useState<View[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const doing = useDoing();
  const cursor = next === undefined ? first.value?.next_cursor : next;
  async function more() {
    const page = await ask('get', '/v1/me/views', { query: { limit: 30, cursor } });
    setOlder((now) => [...now, ...page.items]);
    setNext(page.next_cursor ?? null);
  }
  return (
    <div class="stack">
      <h1>{t('more.views')}</h1>
      <p>{t('views.what')}</p>
      <Answered asked={first}>
        {({ items }) =>
          items.length ? (
            [...items, ...older].map((view) => (
              <Card key={`${view.viewer_id} ${view.at} ${view.what}`}>
                <strong>{view.viewer_name}</strong>
                <p>{subject(view.what)}</p>
                <p class="soft">{when(view)}</p>
                {view.unit_name && <p class="soft">{view.unit_name}</p>}
              </Card>
            ))
          ) : (
            <p>{t('views.none')}</p>
          )
        }
      </Answered>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {cursor && (
        <button
          class="button wide"
          type="button"
          disabled={doing.busy}
          onClick={() => void doing.run(more)}
        >
          {t('app.older')}
        </button>
      )}
    </div>
  );
}

function when(view: View): string {
  if (view.lasts) return t('views.lasts', { at: moment(view.at) });
  if (!view.until || view.until === view.at) return moment(view.at);
  return t('views.span', { at: moment(view.at), until: moment(view.until) });
}

/** In words where the app has them; otherwise as the office names it. */
function subject(what: string): string {
  const key = `views.${what}`;
  return known(key) ? t(key) : what;
}

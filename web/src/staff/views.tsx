/** Who looked at my data, what and when. */
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import { Card } from '../parts/card';
import { moment } from '../words/dates';
import { known, t } from '../words/words';
import { useAsked } from '../parts/asked';
import { Paged } from '../parts/paged';

type View = Shape<'DataView'>;

export default function ViewsScreen() {
  const first = useAsked('/v1/me/views', { query: { limit: 30 } });
  return (
    <div class="stack">
      <h1>{t('more.views')}</h1>
      <p>{t('views.what')}</p>
      <Paged
        first={first}
        older={(cursor) => ask('get', '/v1/me/views', { query: { limit: 30, cursor } })}
        keyOf={keyOf}
        none={t('views.none')}
      >
        {(all) =>
          all.map((view) => (
            <Card key={keyOf(view)}>
              <strong>{view.viewer_name}</strong>
              <p>{subject(view.what)}</p>
              <p class="soft">{when(view)}</p>
              {view.unit_name && <p class="soft">{view.unit_name}</p>}
            </Card>
          ))
        }
      </Paged>
    </div>
  );
}

const keyOf = (view: View) => `${view.viewer_id} ${view.at} ${view.what}`;

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

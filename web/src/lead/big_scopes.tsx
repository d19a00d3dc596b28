/** Scopes too big for cards: today's counts of each part, each a way down. */
import { Icon } from '../parts/icon';
import type { Topic } from '../store/signals';
import { moment } from '../words/dates';
import { number, t } from '../words/words';
import { unitName } from './scope';

export function BigScopes({ of }: { of: Readonly<Record<string, Topic>> }) {
  const big = Object.values(of).filter((topic) => topic.mode === 'rollup');
  return (
    <>
      {big.map((topic) => (
        <BigScope key={topic.topic} topic={topic} />
      ))}
    </>
  );
}

function BigScope({ topic }: { topic: Topic }) {
  const own = topic.topic.slice('unit:'.length);
  const rows = Object.values(topic.rows).sort(
    (one, other) => other.slips - one.slips || other.reports - one.reports,
  );
  return (
    <section class="stack tight">
      <h2>{unitName(own)}</h2>
      {!rows.length && <p class="soft">{t('lead.nothing')}</p>}
      <ul class="stack tight">
        {rows.map((row) => (
          <li key={row.unit_id}>
            <a
              class="card line"
              href={row.unit_id === own ? '/board' : `/feed?unit=${row.unit_id}`}
            >
              <span>
                <strong>{row.unit_id === own ? t('lead.own') : unitName(row.unit_id)}</strong>
                <span class="soft numbers">
                  {t('lead.big_counts', {
                    reports: row.reports,
                    approvals: row.approvals,
                    returns: row.returns,
                  })}
                </span>
              </span>
              <span class="numbers">
                {row.slips > 0 && t('lead.big_slips', { slips: number(row.slips) })}
                {row.last_at && <span class="soft">{moment(row.last_at)}</span>}
              </span>
              <Icon name="next" size={20} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The cards as they come: filters, the button behind which new ones wait, and the list. */
import { useMemo, useRef, useState } from 'preact/hooks';
import { unitTopic } from '../live/messages';
import type { Progress } from '../live/messages';
import { Notice, Skeleton } from '../parts/card';
import { Icon } from '../parts/icon';
import { connection, topics } from '../store/signals';
import type { Topic } from '../store/signals';
import { t } from '../words/words';
import { Bulk } from './bulk';
import { FeedCard } from './feed_card';
import { cardsOf, FILTERS, newOnes, reportOf, settle, shownOf, waits, withGaps } from './items';
import type { CardRow, Filter, Row, Settled } from './items';
import { KeptAnswers } from './kept_answers';
import { LongList } from './long_list';
import { BigScopes } from './big_scopes';
import { QuietPeople } from './quiet_people';
import { decides, unitName } from './scope';

interface FeedListProps {
  unit?: string | null;
  /** The board says the same, and more. */
  isBoardBeside?: boolean;
}

/** Of everything that is followed, or of one unit. */
export function FeedList({ unit = null, isBoardBeside = false }: FeedListProps) {
  const [filter, setFilter] = useState<Filter>('all');
  const settled = useRef<Settled | null>(null);
  const [, drawAgain] = useState(0);
  const all = topics.value;
  const following = useMemo(() => (unit ? only(all, unitTopic(unit)) : all), [all, unit]);
  const rows = useMemo(() => cardsOf(Object.values(following)), [following]);
  const heard = Object.values(following).some((topic) => topic.current);
  // The first cards are shown as they come; from then on nothing moves by itself.
  const isThere = settled.current && shownOf(rows, settled.current).length > 0;
  if (!isThere) settled.current = settle(rows, filter);
  const list = settled.current ?? settle(rows, filter);
  const shown = useMemo(() => withGaps(shownOf(rows, list), following), [rows, list]);
  const waiting = newOnes(rows, list, filter);

  function show(chosen: Filter) {
    settled.current = settle(rows, chosen);
    setFilter(chosen);
    drawAgain((times) => times + 1);
    scrollTo(0, 0);
  }

  return (
    <div class="feed">
      <div class="fresh" role="status">
        {waiting > 0 && (
          <button class="button primary" type="button" onClick={() => show(filter)}>
            {t('lead.new', { n: waiting })}
          </button>
        )}
      </div>
      <div class="stack">
        <h1>{(unit && unitName(unit)) || t('lead.feed')}</h1>
        {unit && <Above unit={unit} />}
        <Away />
        <KeptAnswers />
        <BigScopes of={following} />
        {!unit && !isBoardBeside && <QuietPeople />}
        <div class="filters" role="group" aria-label={t('lead.filter')}>
          {FILTERS.map((each) => (
            <button
              class="chip"
              type="button"
              key={each}
              aria-pressed={filter === each}
              onClick={() => show(each)}
            >
              {t(`lead.filter_${each}`)}
            </button>
          ))}
        </div>
        {filter === 'waiting' && <Bulk reports={undecided(rows, list)} />}
        {!shown.length && (heard ? <Nothing filter={filter} /> : <Skeleton lines={6} />)}
        <LongList
          rows={shown}
          label={t('lead.feed')}
          draw={(row) => <Line row={row} progress={progressOf(row)} />}
        />
      </div>
    </div>
  );

  function progressOf(row: Row): Progress | undefined {
    if (row.kind === 'gap') return undefined;
    const target = row.card.content?.target_id;
    return target ? following[row.topic]?.progress[target] : undefined;
  }
}

function Line({ row, progress }: { row: Row; progress: Progress | undefined }) {
  // The same card with the same progress is the same picture; nothing is compared below it.
  const card = row.kind === 'card' ? row.card : null;
  const isFilled = row.kind === 'gap' && row.isFilled;
  return useMemo(
    () => (card ? <FeedCard card={card} progress={progress} /> : <Gap isFilled={isFilled} />),
    [card, progress, isFilled],
  );
}

function Gap({ isFilled }: { isFilled: boolean }) {
  return (
    <p class="gap">
      <span>{t(isFilled ? 'lead.gap' : 'lead.gap_open')}</span>
    </p>
  );
}

function only(all: Readonly<Record<string, Topic>>, name: string): Record<string, Topic> {
  const topic = all[name];
  return topic ? { [name]: topic } : {};
}

/** Where a unit's feed was come from, and its month. */
function Above({ unit }: { unit: string }) {
  return (
    <div class="row">
      <a class="button" href="/feed">
        <Icon name="back" size={20} />
        {t('lead.feed')}
      </a>
      <a class="button" href={`/rollup/${unit}`}>
        <Icon name="target" size={20} />
        {t('lead.rollup')}
      </a>
    </div>
  );
}

/** What the connection means for what is seen here. */
function Away() {
  const state = connection.value;
  if (state === 'live') return null;
  const word = state === 'signed_out' || state === 'slow' ? state : 'away';
  return <Notice tone="care">{t(`lead.${word}`)}</Notice>;
}

function Nothing({ filter }: { filter: Filter }) {
  return <p class="soft">{t(filter === 'all' ? 'lead.nothing' : 'lead.nothing_here')}</p>;
}

/** The reports of the list that wait for this person's decision. */
function undecided(rows: readonly CardRow[], settled: Settled) {
  return shownOf(rows, settled)
    .filter(({ card }) => waits(card) && decides(card.employee_id, card.unit_id))
    .flatMap(({ card }) => {
      const report = reportOf(card);
      if (!report) return [];
      const { report_id: id, version, employee_name: name, quantity, indicator } = report;
      return [{ id, version, name, quantity, unit: report.unit_of_measure, indicator }];
    });
}

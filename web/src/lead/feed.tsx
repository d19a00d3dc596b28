/** The live feed, on wide screens with the board beside it; `?unit=` is the way down into one. */
import { useEffect, useRef } from 'preact/hooks';
import { query } from '../app/router';
import { follow, leave } from '../live/feed';
import { unitTopic } from '../live/messages';
import { answering, topics } from '../store/signals';
import { t } from '../words/words';
import { BoardList } from './board_list';
import { FeedList } from './feed_list';
import './lead.css';
import { followBoard } from './scope';
import { useWide } from './wide';

export default function FeedScreen() {
  const wide = useWide();
  const unit = query.value.get('unit');
  useEffect(followBoard, []);
  useFollowed(unit);
  const feed = <FeedList key={unit} unit={unit} isBoardBeside={wide} />;
  if (!wide) return feed;
  return (
    <div class="beside">
      {feed}
      <aside class="stack" tabIndex={0} aria-label={t('nav.board')}>
        <h2>{t('nav.board')}</h2>
        <BoardList />
      </aside>
    </div>
  );
}

/** Follows a unit below mine while it is looked at; what is followed anyway is left alone. */
function useFollowed(unit: string | null): void {
  const live = answering.value;
  const own = useRef(false);
  useEffect(() => {
    if (!unit || !live) return;
    const topic = unitTopic(unit);
    own.current ||= !(topic in topics.peek());
    if (own.current) follow(topic);
  }, [unit, live]);
  useEffect(
    () => () => {
      if (unit && own.current) leave(unitTopic(unit));
      own.current = false;
    },
    [unit],
  );
}

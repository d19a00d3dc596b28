/** The live feed, on wide screens with the board beside it. */
import { useEffect } from 'preact/hooks';
import { t } from '../words/words';
import { BoardList } from './board_list';
import { FeedList } from './feed_list';
import './lead.css';
import { followBoard } from './scope';
import { useWide } from './wide';

export default function FeedScreen() {
  const wide = useWide();
  useEffect(followBoard, []);
  if (!wide) {
    return (
      <div class="stack">
        <h1>{t('lead.feed')}</h1>
        <FeedList />
      </div>
    );
  }
  return (
    <div class="beside">
      <div class="stack">
        <h1>{t('lead.feed')}</h1>
        <FeedList />
      </div>
      <aside class="stack" aria-label={t('nav.board')}>
        <h2>{t('nav.board')}</h2>
        <BoardList />
      </aside>
    </div>
  );
}

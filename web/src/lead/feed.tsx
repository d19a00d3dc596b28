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
  if (!wide) return <FeedList />;
  return (
    <div class="beside">
      <FeedList />
      <aside class="stack" tabIndex={0} aria-label={t('nav.board')}>
        <h2>{t('nav.board')}</h2>
        <BoardList />
      </aside>
    </div>
  );
}

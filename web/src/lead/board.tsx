/** The board: everybody I follow, the worst off first. */
import { useEffect } from 'preact/hooks';
import { renew } from '../store/kept';
import { t } from '../words/words';
import { BoardList } from './board_list';
import './lead.css';
import { followBoard } from './scope';

export default function BoardScreen() {
  useEffect(() => {
    void renew('/v1/board');
    return followBoard();
  }, []);
  return (
    <div class="stack">
      <h1>{t('nav.board')}</h1>
      <BoardList />
    </div>
  );
}

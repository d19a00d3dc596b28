/** Every notice there ever was for me, whatever a push did: read it, say that I know, go there. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import { Card, Notice, State } from '../parts/card';
import { saveRead } from '../store/outbox';
import { readHere } from '../store/signals';
import { moment } from '../words/dates';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';
import { asksToKnow, placeOf } from './notice_links';
import { joined } from './pages';
import { INBOX_TABS, Tabs } from './tabs';

type NoticeView = Shape<'NoticeView'>;

export default function InboxScreen() {
  const [older, setOlder] = useState<NoticeView[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const first = useAsked('/v1/inbox', { query: { limit: 30 } });
  const doing = useDoing();
  const cursor = next === undefined ? first.value?.next_cursor : next;

  async function more() {
    const page = await ask('get', '/v1/inbox', { query: { limit: 30, cursor } });
    setOlder((now) => [...now, ...page.items]);
    setNext(page.next_cursor ?? null);
  }

  return (
    <div class="stack">
      <h1>{t('inbox.title')}</h1>
      <Tabs of={INBOX_TABS} />
      <Answered asked={first}>
        {({ items }) =>
          items.length ? (
            joined(items, older).map((notice) => <NoticeCard key={notice.id} notice={notice} />)
          ) : (
            <p>{t('inbox.none')}</p>
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

function NoticeCard({ notice }: { notice: NoticeView }) {
  const [tapped, setTapped] = useState<'read' | 'known' | null>(null);
  const read = Boolean(notice.read_at) || Boolean(tapped) || readHere(notice.id);
  const known = Boolean(notice.acknowledged_at) || tapped === 'known';
  const doing = useDoing();
  const place = placeOf(notice);
  const path = { notice_id: notice.id };
  const wantsKnowing = asksToKnow(notice.kind) && !notice.withdrawn_at;

  function markRead() {
    setTapped('read');
    void doing.run(() => saveRead(notice.id)).then((done) => done || setTapped(null));
  }
  async function know() {
    const said = await doing.run(() => ask('post', '/v1/inbox/{notice_id}/acknowledge', { path }));
    if (said) setTapped('known');
  }

  return (
    <Card label={notice.text.title}>
      <div class="row apart">
        <span class="soft">{moment(notice.made_at)}</span>
        {!read && (
          <State icon="bell" tone="calm">
            {t('inbox.new')}
          </State>
        )}
        {notice.withdrawn_at && (
          <State icon="history" tone="calm">
            {t('inbox.withdrawn')}
          </State>
        )}
      </div>
      <h2>{notice.text.title}</h2>
      <p>{notice.text.body}</p>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <div class="row">
        {place && (
          <a class="button" href={place} onClick={read ? undefined : markRead}>
            {t('inbox.open')}
          </a>
        )}
        {wantsKnowing && !known && (
          <button
            class="button primary"
            type="button"
            disabled={doing.busy}
            onClick={() => void know()}
          >
            {t('inbox.know')}
          </button>
        )}
        {wantsKnowing && known && (
          <State icon="approve" tone="good">
            {t('inbox.known')}
          </State>
        )}
        {!read && !wantsKnowing && (
          <button class="button" type="button" onClick={markRead}>
            {t('inbox.read')}
          </button>
        )}
      </div>
    </Card>
  );
}

/** Every notice there ever was for me, whatever a push did: read it, say that I know, go there. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import { Card, Notice, State } from '../parts/card';
import { saveRead } from '../store/outbox';
import { readHere } from '../store/signals';
import { moment } from '../words/dates';
import { t } from '../words/words';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';
import { Paged } from '../parts/paged';
import { asksToKnow, placeOf } from './notice_links';
import { INBOX_TABS, Tabs } from './tabs';

type NoticeView = Shape<'NoticeView'>;

export default function InboxScreen() {
  const first = useAsked('/v1/inbox', { query: { limit: 30 } });
  return (
    <div class="stack">
      <h1>{t('inbox.title')}</h1>
      <Tabs of={INBOX_TABS} />
      <Paged
        first={first}
        older={(cursor) => ask('get', '/v1/inbox', { query: { limit: 30, cursor } })}
        keyOf={(notice) => notice.id}
        none={t('inbox.none')}
      >
        {(all) => all.map((notice) => <NoticeCard key={notice.id} notice={notice} />)}
      </Paged>
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

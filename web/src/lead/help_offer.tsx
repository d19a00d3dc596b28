/** An offer of help: never a sanction, and the person answers freely. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import { Notice } from '../parts/card';
import { useDoing } from '../parts/doing';
import { TextArea } from '../parts/text_area';
import { t } from '../words/words';
import { sameId } from './answers';

export function HelpOffer({ personId }: { personId: string }) {
  const [text, setText] = useState(t('lead.offer_text'));
  const [sent, setSent] = useState(false);
  const doing = useDoing();
  async function offer(event: Event) {
    event.preventDefault();
    const body = { id: sameId(`help ${personId} ${text}`), signals: [], text: text.trim() };
    const path = { person_id: personId };
    const well = await doing.run(() =>
      ask('post', '/v1/people/{person_id}/help-offers', { path, body }),
    );
    if (well) setSent(true);
  }
  if (sent) return <Notice tone="good">{t('lead.offer_sent')}</Notice>;
  return (
    <form class="stack tight" onSubmit={offer}>
      <TextArea
        label={t('lead.offer_label')}
        hint={t('lead.offer_hint')}
        value={text}
        onValue={setText}
        required
      />
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <button class="button primary" type="submit" disabled={doing.busy || !text.trim()}>
        {t(doing.busy ? 'lead.going' : 'lead.offer_send')}
      </button>
    </form>
  );
}

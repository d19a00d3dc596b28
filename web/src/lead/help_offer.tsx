/** An offer of help: never a sanction, and the person answers freely. */
import { useState } from 'preact/hooks';
import { Notice } from '../parts/card';
import { useDoing } from '../parts/doing';
import { TextArea } from '../parts/text_area';
import { t } from '../words/words';
import { offerHelp } from './answers';
import type { Arrival } from './answers';
import { Arrived } from './kept_answers';

export function HelpOffer({ personId }: { personId: string }) {
  const [text, setText] = useState(t('lead.offer_text'));
  const [arrival, setArrival] = useState<Arrival | null>(null);
  const doing = useDoing();
  async function offer(event: Event) {
    event.preventDefault();
    await doing.run(async () => setArrival(await offerHelp(personId, text.trim())));
  }
  if (arrival) return <Arrived arrival={arrival} sent="lead.offer_sent" />;
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

/** Word, icon and colour of each state of an item: never colour alone, never a word too early. */
import type { Tone } from '../parts/card';
import type { IconName } from '../parts/icon';
import type { ItemState, OutboxItem } from '../store/signals';
import { t } from '../words/words';
import type { Key } from '../words/words';

const LOOKS: Record<ItemState, { word: Key; icon: IconName; tone: Tone }> = {
  saved: { word: 'outbox.saved', icon: 'saved', tone: 'calm' },
  sending: { word: 'outbox.sending', icon: 'sending', tone: 'calm' },
  received: { word: 'outbox.received', icon: 'received', tone: 'good' },
  returned: { word: 'outbox.returned', icon: 'returned', tone: 'care' },
  conflict: { word: 'outbox.conflict', icon: 'warning', tone: 'care' },
  quarantined: { word: 'outbox.quarantined', icon: 'alarm', tone: 'wrong' },
};

export function lookOfItem(state: ItemState) {
  return LOOKS[state];
}

/** "Received, no. 4F7K-2Q" has its number; without one it is just received. */
export function wordOf(item: Pick<OutboxItem, 'state' | 'receipt'>): string {
  if (item.state === 'received' && !item.receipt) return t('outbox.received_plain');
  return t(LOOKS[item.state].word, { receipt: item.receipt?.receipt ?? '' });
}

/** What an item of the outbox says: how much, and the note. */
import type { OutboxItem } from '../store/signals';
import { t } from '../words/words';

interface ItemSaidProps {
  item: OutboxItem;
  /** A withdrawal says no amount. */
  amount?: boolean;
}

export function ItemSaid({ item: { part, shown }, amount = true }: ItemSaidProps) {
  const fills = { n: part.quantity ?? 0, unit: shown.unit_of_measure ?? '' };
  return (
    <>
      {amount && <p class="numbers">{t('outbox.amount', fills)}</p>}
      {part.note && <p>{part.note}</p>}
    </>
  );
}

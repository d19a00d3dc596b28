/**
 * What the feed says about reports that were made on this phone.
 *
 * Invariant: only an item that the office has moves, and only forwards in versions; what waits to
 * be sent is nobody's to change but the person's.
 */
import type { Card, Content, LiveEvent } from '../live/messages';
import { wholly } from './database';
import type { Phone, StoredItem } from './database';
import { isReceived } from './items';

const TELLING: ReadonlySet<string> = new Set([
  'report',
  'revision',
  'withdrawal',
  'approval',
  'return',
]);

/** Applies events, or cards of a snapshot, to one person's received items; whether any moved. */
export async function heardOf(
  db: Phone,
  owner: string,
  said: readonly (LiveEvent | Card)[],
): Promise<boolean> {
  const telling = said.filter((each) => TELLING.has(each.kind) && each.content?.report_id);
  if (!telling.length) return false;
  return wholly(db, ['items'], async ({ store }) => {
    const all = await store.index('owner').getAll(owner);
    const moved = new Map<number, StoredItem>();
    for (const { content } of telling) {
      for (const stored of all) {
        const item = moved.get(stored.seq) ?? stored;
        if (item.reportId !== content?.report_id || !isReceived(item)) continue;
        const after = content && afterwards(item, content);
        if (after) moved.set(item.seq, after);
      }
    }
    for (const item of moved.values()) await store.put(item);
    return moved.size > 0;
  });
}

function afterwards(item: StoredItem, content: Content): StoredItem | null {
  const { status, version, reason, actor_name } = content;
  if (typeof status !== 'string' || typeof version !== 'number' || !item.receipt) return null;
  if (version < item.receipt.version) return null;
  if (version === item.receipt.version && status === item.receipt.status) return null;
  const receipt = { ...item.receipt, status, version };
  const { reason: _, returnedBy: __, ...rest } = item;
  if (status !== 'returned') return { ...rest, state: 'received', receipt };
  return {
    ...rest,
    state: 'returned',
    receipt,
    reason: typeof reason === 'string' ? reason : undefined,
    returnedBy: typeof actor_name === 'string' ? actor_name : undefined,
  };
}

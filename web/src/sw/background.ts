/** Sending without a page: when the signal is back, or a push has woken the phone anyway. */
import { ask, useKeys } from '../api/client';
import { openPhone } from '../store/database';
import { me, rememberSession, sessionKeys } from '../store/session';
import { tabs } from '../store/tabs';
import { freshMemory, oneRound } from '../sync/round';

const LOCK = 'denyut-sending'; // held by a tab for as long as it sends

/**
 * Sends everything that waits. Throws when some may be left, to be called again: so also while a tab
 * sends, which may be closed before it has.
 */
export async function sendWithoutPage(): Promise<void> {
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) throw new Error('a tab sends');
    useKeys(sessionKeys);
    await rememberSession();
    const owner = me.value?.employee.id;
    if (!owner || !(await sessionKeys.access(owner))) return;
    const db = await openPhone();
    try {
      const memory = freshMemory();
      const send = (body: Parameters<Parameters<typeof oneRound>[0]['send']>[0]) =>
        ask('post', '/v1/sync', { body, owner, packs: true });
      let sent: number;
      do {
        sent = (await oneRound({ db, owner, cursor: null, send }, memory)).sent;
      } while (sent && !memory.toldToWait.size);
      if (memory.toldToWait.size) throw new Error('some wait');
    } finally {
      db.close();
    }
  });
  tabs<'changed'>('denyut-outbox').tell('changed');
}

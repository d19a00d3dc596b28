/**
 * The phone changes hands: somebody signs out, or another person signs in.
 *
 * Invariant: what the office told the one who left does not stay on the phone, and what they had
 * turned on does not go on for the next one. What the office does not have stays, for them alone.
 */
import { effect } from '@preact/signals';
import { phone } from './database';
import { forgetReceived } from './items';
import { forgetKept } from './kept';
import { practise } from './practice';
import { me } from './session';

/** Sees to it from now on. Called once, after the session has been remembered. */
export function followOwner(): void {
  const owner = { now: me.peek()?.employee.id };
  effect(() => {
    const before = owner.now;
    owner.now = me.value?.employee.id;
    if (before && before !== owner.now) void handedOver(before);
  });
}

/** Each on its own: what one of them cannot do keeps none of the others from it. */
async function handedOver(by: string): Promise<void> {
  practise(false);
  await Promise.allSettled([
    forgetKept(by),
    phone().then((db) => forgetReceived(db, by)),
    silenced(),
  ]);
}

/** Pushes to this phone were for them; whoever wants some turns them on anew. */
async function silenced(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration();
  await (await worker?.pushManager?.getSubscription())?.unsubscribe();
}

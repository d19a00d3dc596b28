/** Whether this phone may be woken, and asking for it: Web Push with the service's own keys. */
import { ask } from '../api/client';
import { thisDevice } from '../store/session';

export type PushState = 'unsupported' | 'blocked' | 'off' | 'on';

export async function pushState(): Promise<PushState> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  const worker = await navigator.serviceWorker.getRegistration();
  if (!worker) return 'unsupported';
  return (await worker.pushManager.getSubscription()) ? 'on' : 'off';
}

/** Asks the person, then the browser, then tells the office. Throws what `ask` throws. */
export async function turnOn(): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return pushState();
  const { public_key } = await ask('get', '/v1/push/key');
  const worker = await navigator.serviceWorker.ready;
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(public_key),
  });
  const { id, name, platform } = await thisDevice();
  const push_target = JSON.stringify(subscription);
  const body = { name, platform, push_kind: 'web_push', push_target } as const;
  await ask('put', '/v1/devices/{device_id}', { path: { device_id: id }, body });
  return 'on';
}

/** This phone is not woken any more; the inbox still has everything. */
export async function turnOff(): Promise<PushState> {
  const { id, name, platform } = await thisDevice();
  const body = { name, platform }; // without an address: nowhere
  await ask('put', '/v1/devices/{device_id}', { path: { device_id: id }, body });
  const worker = await navigator.serviceWorker.getRegistration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
  return 'off';
}

/** The bytes of base64url text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

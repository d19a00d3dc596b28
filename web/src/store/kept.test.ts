import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Me } from '../api/types';
import { phone } from './database';
import { me } from './session';

const OFFICE = { now: null as unknown, status: 200, reachable: true, asked: [] as string[] };

beforeEach(async () => {
  await (await phone()).clear('answers');
  Object.assign(OFFICE, { now: [{ id: 't1' }], status: 200, reachable: true, asked: [] });
  me.value = { employee: { id: 'sari' } } as Me;
  vi.stubGlobal('fetch', async (path: string) => {
    OFFICE.asked.push(path);
    if (!OFFICE.reachable) throw new TypeError('no signal');
    return new Response(JSON.stringify(OFFICE.now), { status: OFFICE.status });
  });
});

/** The app as it starts: nothing in its memory, everything on the phone. */
async function started() {
  vi.resetModules();
  const { me: whoIs } = await import('./session');
  whoIs.value = me.value;
  return import('./kept');
}

describe('a kept answer', () => {
  it('comes from the office and stays on the phone', async () => {
    const { kept } = await started();
    const shown = kept('/v1/me/targets');
    expect(shown.value).toMatchObject({ value: null, state: 'loading' });
    await vi.waitFor(() => expect(shown.value.state).toBe('fresh'));
    expect(shown.value.value).toEqual([{ id: 't1' }]);
    await vi.waitFor(async () => expect(await (await phone()).count('answers')).toBe(1));
  });

  it('is shown without signal, with the time it is from', async () => {
    await (
      await phone()
    ).put('answers', {
      key: 'sari /v1/me/targets',
      owner: 'sari',
      value: [{ id: 'old' }],
      at: 7,
    });
    OFFICE.reachable = false;
    const { kept } = await started();
    const shown = kept('/v1/me/targets');
    await vi.waitFor(() => expect(shown.value.state).toBe('stale'));
    expect(shown.value).toMatchObject({ value: [{ id: 'old' }], at: 7 });
  });

  it('is never another person’s', async () => {
    await (
      await phone()
    ).put('answers', {
      key: 'sari /v1/me/targets',
      owner: 'sari',
      value: [{ id: 'hers' }],
      at: 7,
    });
    OFFICE.reachable = false;
    me.value = { employee: { id: 'dewi' } } as Me;
    const { kept } = await started();
    const shown = kept('/v1/me/targets');
    await vi.waitFor(() => expect(shown.value.state).toBe('stale'));
    expect(shown.value.value).toBeNull();
  });

  it('is another one for whoever takes over the phone, wherever it is shown', async () => {
    const { kept } = await started();
    const { me: whoIs } = await import('./session');
    const { computed } = await import('@preact/signals');
    const shown = computed(() => kept('/v1/me/targets').value.value);
    const stop = shown.subscribe(() => undefined);
    await vi.waitFor(() => expect(shown.value).toEqual([{ id: 't1' }]));
    Object.assign(OFFICE, { now: [{ id: 'hers' }] });
    whoIs.value = { employee: { id: 'dewi' } } as Me;
    expect(shown.value).toBeNull();
    await vi.waitFor(() => expect(shown.value).toEqual([{ id: 'hers' }]));
    stop();
  });

  it('is asked for once, however many screens show it', async () => {
    const { kept, renew } = await started();
    kept('/v1/me/targets');
    await Promise.all([renew('/v1/me/targets'), renew('/v1/me/targets')]);
    kept('/v1/me/targets');
    await vi.waitFor(() => expect(OFFICE.asked).toEqual(['/v1/me/targets']));
  });

  it('that could not be had is asked for when the office is there again', async () => {
    OFFICE.reachable = false;
    const { kept, renewStale } = await started();
    const shown = kept('/v1/people', { query: { limit: 5 } });
    await vi.waitFor(() => expect(shown.value.state).toBe('stale'));
    OFFICE.reachable = true;
    renewStale();
    await vi.waitFor(() => expect(shown.value.state).toBe('fresh'));
    expect(OFFICE.asked.at(-1)).toBe('/v1/people?limit=5');
  });

  it('shows at once what a tap has changed', async () => {
    const { kept, foresee } = await started();
    const shown = kept('/v1/me/targets');
    await vi.waitFor(() => expect(shown.value.state).toBe('fresh'));
    foresee('/v1/me/targets', {}, (targets) => [...targets, ...targets]);
    expect(shown.value.value).toHaveLength(2);
  });

  it('goes with whoever leaves, and nobody else’s with it', async () => {
    const { kept, forgetKept } = await started();
    const shown = kept('/v1/me/targets');
    await vi.waitFor(() => expect(shown.value.state).toBe('fresh'));
    const hers = { key: 'dewi /v1/me/targets', owner: 'dewi', value: [], at: 7 };
    await (await phone()).put('answers', hers);
    await forgetKept('sari');
    expect(await (await phone()).getAll('answers')).toEqual([hers]);
    expect(kept('/v1/me/targets').value.value).toBeNull();
  });

  it('goes when the office says that it is not this person’s to see any more', async () => {
    const { kept, renew } = await started();
    const onPhone = async () => (await phone()).get('answers', 'sari /v1/people');
    const shown = kept('/v1/people');
    await vi.waitFor(async () => expect(await onPhone()).toBeDefined());
    Object.assign(OFFICE, { status: 403, now: { code: 'not_allowed', status: 403 } });
    await renew('/v1/people');
    expect(shown.value).toMatchObject({ value: null, state: 'stale' });
    expect(await onPhone()).toBeUndefined();
  });

  it('stays when the office is in trouble', async () => {
    const { kept, renew } = await started();
    const shown = kept('/v1/people');
    await vi.waitFor(() => expect(shown.value.state).toBe('fresh'));
    Object.assign(OFFICE, { status: 503, now: { code: 'busy', status: 503 } });
    await renew('/v1/people');
    expect(shown.value).toMatchObject({ value: [{ id: 't1' }], state: 'stale' });
  });
});

import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Refused, Unreachable } from '../api/client';
import { me } from '../store/session';

const ask = vi.hoisted(() => vi.fn());
vi.mock('../api/client', async (original) => ({ ...(await original<object>()), ask }));
const { answers, decide, praise, praiseOf, sayOnTarget } = await import('./answers');
const { deliver } = await import('./delivery');
const { errandsOf, forgetErrands } = await import('./errands');

const OWNER = '0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b14';
const REPORT = '0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a16';

beforeEach(async () => {
  me.value = { employee: { id: OWNER } } as never;
  await forgetErrands((await errandsOf(OWNER)).map((each) => each.key));
  answers.value = new Map();
  ask.mockReset();
});

/** Decides without signal, and loads the page anew. */
async function keptFromBefore(aim: 'approve' | 'return', reason = ''): Promise<void> {
  ask.mockRejectedValue(new Unreachable());
  await decide([{ id: REPORT, version: 2 }], aim, reason);
  answers.value = new Map();
  ask.mockReset();
}

/** The office answers each path; what was posted. */
function office(report: { status: string; version: number }): unknown[] {
  const posted: unknown[] = [];
  ask.mockImplementation(async (method: string, _path: string, asking: { body: never }) => {
    if (method === 'get') return report;
    posted.push(asking.body);
    return { results: [{ report_id: REPORT, outcome: 'applied' }] };
  });
  return posted;
}

describe('an answer that waited on the phone', () => {
  it('goes once the office answers, also after the page was loaded anew', async () => {
    await keptFromBefore('approve');
    const posted = office({ status: 'received', version: 2 });
    await deliver();
    expect(posted).toEqual([{ report_ids: [REPORT], decision: 'approve', reason: '' }]);
    expect(answers.value.get(REPORT)).toMatchObject({ aim: 'approve', state: 'done' });
    await deliver();
    expect(posted, 'once').toHaveLength(1);
  });

  it('is shown as kept, and stays, while nobody answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await keptFromBefore('approve');
    ask.mockRejectedValue(new Unreachable());
    const delivering = deliver();
    await vi.advanceTimersByTimeAsync(0);
    vi.useRealTimers();
    await delivering;
    expect(answers.value.get(REPORT)).toMatchObject({ state: 'kept' });
    expect(await errandsOf(OWNER)).toHaveLength(1);
  });

  it('was stored after all when only its answer was lost: nothing is sent again', async () => {
    await keptFromBefore('return', 'Sebut alamatnya');
    const posted = office({ status: 'returned', version: 2 });
    await deliver();
    expect(posted).toEqual([]);
    expect(answers.value.get(REPORT)).toMatchObject({ aim: 'return', state: 'done' });
  });

  it('is not given to a report that was changed since: nobody decides what they have not read', async () => {
    await keptFromBefore('return', 'Sebut alamatnya');
    const posted = office({ status: 'revised', version: 3 });
    await deliver();
    expect(posted).toEqual([]);
    expect(answers.value.get(REPORT)).toMatchObject({ state: 'failed' });
    expect(await errandsOf(OWNER)).toEqual([]);
  });

  it("is nobody else's to send", async () => {
    await keptFromBefore('approve');
    me.value = { employee: { id: 'another' } } as never;
    const posted = office({ status: 'received', version: 2 });
    await deliver();
    expect(posted).toEqual([]);
    me.value = { employee: { id: OWNER } } as never;
    expect(await errandsOf(OWNER)).toHaveLength(1);
  });

  it('in words goes with the id that it had, and a refused one is shown with its text', async () => {
    ask.mockRejectedValue(new Unreachable());
    await praise(REPORT, 'Terima kasih');
    await sayOnTarget('t', { kind: 'comment', text: 'Bagus' });
    const ids = ask.mock.calls.map((call) => call[2].body.id as string);
    ask.mockReset();
    const problem = { texts: {}, action: {}, code: 'not_allowed', status: 403, retry: 'never' };
    ask.mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Refused(problem as never, null));
    await deliver();
    expect(ask.mock.calls.map((call) => call[2].body.id as string)).toEqual(ids);
    expect(answers.value.get(praiseOf(REPORT))).toMatchObject({ state: 'done' });
    expect(answers.value.get(ids[1] ?? '')).toMatchObject({ state: 'failed', text: 'Bagus' });
    expect(await errandsOf(OWNER)).toEqual([]);
  });
});

import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Refused, Unreachable } from '../api/client';
import type { Me } from '../api/types';

const ask = vi.hoisted(() => vi.fn());
vi.mock('../api/client', async (original) => ({ ...(await original<object>()), ask }));
const { answers, decide, keptAnswers, praise, praiseOf, sayOnReport, sameId } =
  await import('./answers');
const { errandsOf, forgetErrands, praiseId } = await import('./errands');

const PROBLEM = {
  retry: 'never',
  texts: { id: 'Laporan sudah ditarik.', en: 'It was withdrawn.' },
  action: { id: 'Muat ulang.', en: 'Reload.' },
};

beforeEach(async () => {
  await forgetErrands((await errandsOf('')).map((each) => each.key));
  ask.mockReset();
  answers.value = new Map();
});

describe('answers to reports', () => {
  it('are busy until the office has them', async () => {
    let arrive: (value: unknown) => void = () => undefined;
    ask.mockReturnValue(new Promise((resolve) => (arrive = resolve)));
    const deciding = decide([{ id: 'a', version: 1 }], 'approve');
    expect(answers.value.get('a')).toMatchObject({ aim: 'approve', state: 'busy' });
    arrive({ results: [{ report_id: 'a', outcome: 'applied' }] });
    await deciding;
    expect(answers.value.get('a')).toMatchObject({ state: 'done' });
  });

  it('have a result each; one that is refused says why', async () => {
    ask.mockResolvedValue({
      results: [
        { report_id: 'a', outcome: 'duplicate' },
        { report_id: 'b', outcome: 'rejected', problem: PROBLEM },
      ],
    });
    await decide([{ id: 'a' }, { id: 'b' }], 'approve');
    expect(answers.value.get('a')).toMatchObject({ state: 'done' });
    expect(answers.value.get('b')).toMatchObject({
      state: 'failed',
      why: 'Laporan sudah ditarik. Muat ulang.',
    });
  });

  it('go a hundred at a time, and what did not arrive waits alone', async () => {
    const many = Array.from({ length: 150 }, (_, index) => ({ id: `r${index}`, version: 1 }));
    const results = many
      .slice(0, 100)
      .map(({ id: report_id }) => ({ report_id, outcome: 'applied' }));
    ask.mockResolvedValueOnce({ results }).mockRejectedValueOnce(new Unreachable());
    await decide(many, 'approve');
    expect(ask.mock.calls.map((call) => call[2].body.report_ids.length)).toEqual([100, 50]);
    expect(answers.value.get('r99')).toMatchObject({ state: 'done' });
    expect(answers.value.get('r100')).toMatchObject({ state: 'kept' });
    expect((await errandsOf('')).map((each) => each.about)).toHaveLength(50);
  });

  it('send a reason with what is returned', async () => {
    ask.mockResolvedValue({ results: [{ report_id: 'a', outcome: 'applied' }] });
    await decide([{ id: 'a', version: 1 }], 'return', 'Sebut alamatnya');
    expect(ask.mock.calls[0]?.[2].body).toMatchObject({
      decision: 'return',
      reason: 'Sebut alamatnya',
    });
  });

  it('that the office refused for good are not kept, one that it wants later is', async () => {
    const later = { ...PROBLEM, code: 'busy', status: 503, retry: 'later' };
    const never = { ...PROBLEM, code: 'already_decided', status: 409, retry: 'never' };
    ask.mockResolvedValue({
      results: [
        { report_id: 'a', outcome: 'rejected', problem: later },
        { report_id: 'b', outcome: 'rejected', problem: never },
      ],
    });
    await decide([{ id: 'a' }, { id: 'b' }], 'approve');
    expect(answers.value.get('a')?.state).toBe('kept');
    expect(answers.value.get('b')?.state).toBe('failed');
    expect((await errandsOf('')).map((each) => each.about)).toEqual(['a']);
  });

  it('wait for a session that has run out', async () => {
    const problem = { ...PROBLEM, code: 'invalid_token', status: 401, retry: 'after_change' };
    ask.mockRejectedValue(new Refused(problem as never, null));
    await decide([{ id: 'a' }], 'return', 'Sebut alamatnya');
    expect(answers.value.get('a')).toMatchObject({ aim: 'return', state: 'kept' });
    expect(await errandsOf('')).toMatchObject([{ reason: 'Sebut alamatnya' }]);
  });

  it('praise once, from every phone: its id is that of the report and of who praises', async () => {
    const report = '0193a1de-6a3b-7c11-9f0a-3d5b0e6f7a16';
    const [sri, budi] = [
      '0193a1de-6a3b-7c11-9f0a-3d5b0e6f7b14',
      '0193a1de-6a3b-7c11-9f0a-000000000001',
    ];
    expect(praiseId(report, sri)).toMatch(
      /^0193a1de-6a3b-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(praiseId(report, sri)).toBe(praiseId(report, sri));
    expect(praiseId(report, sri)).not.toBe(praiseId(report, budi));
    const said = { ...PROBLEM, code: 'conflict', field: 'id', status: 409, retry: 'never' };
    ask.mockRejectedValue(new Refused(said as never, null));
    await praise(report, 'Thank you');
    expect(answers.value.get(praiseOf(report)), 'in another language, before').toMatchObject({
      state: 'done',
    });
  });

  it('in words are kept without signal, and refused with what the office says', async () => {
    ask.mockRejectedValueOnce(new Unreachable());
    expect(await sayOnReport('a', { kind: 'praise', text: 'Rapi' })).toBe('kept');
    expect(keptAnswers.value).toBe(1);
    const never = { ...PROBLEM, code: 'not_allowed', status: 403, retry: 'never' };
    ask.mockRejectedValueOnce(new Refused(never as never, null));
    await expect(sayOnReport('a', { kind: 'praise', text: 'Lain' })).rejects.toThrow();
    expect(await errandsOf(''), 'only what may still arrive').toHaveLength(1);
  });

  it('have one id however often the same word is sent', async () => {
    ask.mockRejectedValueOnce(new Unreachable()).mockResolvedValue(undefined);
    await praise('a', 'Terima kasih');
    expect(answers.value.get(praiseOf('a'))).toMatchObject({ aim: 'praise', state: 'kept' });
    await praise('a', 'Terima kasih');
    expect(answers.value.get(praiseOf('a'))).toMatchObject({ state: 'done' });
    expect(answers.value.has('a')).toBe(false);
    const [first, second] = ask.mock.calls.map((call) => call[2].body.id as string);
    expect(first).toBe(second);
    await sayOnReport('a', { kind: 'praise', text: 'Rapi' });
    expect(ask.mock.calls[2]?.[2].body.id).not.toBe(first);
    expect(sameId('x')).toBe(sameId('x'));
  });
});

it('are shown to nobody else who takes over the phone, and their words are apart', async () => {
  const { me } = await import('../store/session');
  ask.mockResolvedValue({ results: [{ report_id: 'a', outcome: 'applied' }] });
  me.value = { employee: { id: 'ratna' } } as Me;
  await decide([{ id: 'a' }], 'approve');
  const id = sameId('a word');
  expect(sameId('a word')).toBe(id);
  me.value = { employee: { id: 'dewi' } } as Me;
  expect(answers.value.size).toBe(0);
  expect(sameId('a word')).not.toBe(id);
  me.value = null;
});

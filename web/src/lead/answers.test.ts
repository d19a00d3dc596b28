import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Unreachable } from '../api/client';

const ask = vi.hoisted(() => vi.fn());
vi.mock('../api/client', async (original) => ({ ...(await original<object>()), ask }));
const { answers, decide, praise, praiseOf, sayOnReport, sameId } = await import('./answers');

const PROBLEM = {
  texts: { id: 'Laporan sudah ditarik.', en: 'It was withdrawn.' },
  action: { id: 'Muat ulang.', en: 'Reload.' },
};

beforeEach(() => {
  ask.mockReset();
  answers.value = new Map();
});

describe('answers to reports', () => {
  it('are busy until the office has them', async () => {
    let arrive: (value: unknown) => void = () => undefined;
    ask.mockReturnValue(new Promise((resolve) => (arrive = resolve)));
    const deciding = decide(['a'], 'approve');
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
    await decide(['a', 'b'], 'approve');
    expect(answers.value.get('a')).toMatchObject({ state: 'done' });
    expect(answers.value.get('b')).toMatchObject({
      state: 'failed',
      why: 'Laporan sudah ditarik. Muat ulang.',
    });
  });

  it('go a hundred at a time, and what did not arrive failed alone', async () => {
    const many = Array.from({ length: 150 }, (_, index) => `r${index}`);
    const results = many.slice(0, 100).map((report_id) => ({ report_id, outcome: 'applied' }));
    ask.mockResolvedValueOnce({ results }).mockRejectedValueOnce(new Unreachable());
    await decide(many, 'approve');
    expect(ask.mock.calls.map((call) => call[2].body.report_ids.length)).toEqual([100, 50]);
    expect(answers.value.get('r99')).toMatchObject({ state: 'done' });
    expect(answers.value.get('r100')).toMatchObject({ state: 'failed' });
  });

  it('send a reason with what is returned', async () => {
    ask.mockResolvedValue({ results: [{ report_id: 'a', outcome: 'applied' }] });
    await decide(['a'], 'return', 'Sebut alamatnya');
    expect(ask.mock.calls[0]?.[2].body).toMatchObject({
      decision: 'return',
      reason: 'Sebut alamatnya',
    });
  });

  it('have one id however often the same word is sent', async () => {
    ask.mockRejectedValueOnce(new Unreachable()).mockResolvedValue(undefined);
    await praise('a', 'Terima kasih');
    expect(answers.value.get(praiseOf('a'))).toMatchObject({ aim: 'praise', state: 'failed' });
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

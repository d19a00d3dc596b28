import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Refused, Unreachable } from '../api/client';
import type { Problem } from '../api/types';
import { openPhone } from '../store/database';
import type { Phone } from '../store/database';
import { addItem, changeItem, isUntried, itemsOf } from '../store/items';
import type { Op, Part } from '../store/signals';
import { freshMemory, MOST_ITEMS, oneRound } from './round';
import type { Memory, SyncRequest } from './round';

const ME = 'sari';
const HERE = { names: 0 };

/** An office that commits each item once and knows an item again, as the service does. */
class Office {
  readonly committed: string[] = [];
  readonly requests: SyncRequest[] = [];
  outcomes: Record<string, string> = {};
  refusal: Refused | null = null;
  losesAnswers = false;

  readonly send = async (request: SyncRequest) => {
    this.requests.push(request);
    if (this.refusal) throw this.refusal;
    const results = request.mutations.map(({ mutation_id }) => {
      const said = this.outcomes[mutation_id];
      if (said) return { mutation_id, outcome: said, problem: problem('not_yours', 403, 'never') };
      const outcome = this.committed.includes(mutation_id) ? 'duplicate' : 'applied';
      if (outcome === 'applied') this.committed.push(mutation_id);
      return { mutation_id, outcome, receipt: receiptOf(mutation_id) };
    });
    if (this.losesAnswers) throw new Unreachable();
    return { results, changes: [], resets: [], cursor: 'c', next_sync_after_s: 60 };
  };
}

const receiptOf = (id: string) => ({
  id,
  receipt: `R-${id}`,
  status: 'received',
  version: 1,
  received_at: '2026-11-02T01:20:22Z',
  flags: [],
});

function problem(code: string, status: number, retry: string): Problem {
  const texts = { id: code, en: code };
  return {
    type: '',
    title: '',
    status,
    code,
    detail: '',
    texts,
    action: texts,
    retry,
    details: {},
  };
}

async function add(db: Phone, id: string, op: Op = 'report.create', part: Part = {}, about = id) {
  await addItem(db, { id, op, owner: ME, part, reportId: about, shown: {}, savedAt: 0 });
}

const states = async (db: Phone) =>
  Object.fromEntries((await itemsOf(db, ME)).map((item) => [item.id, item.state]));

let db: Phone;
let office: Office;
let memory: Memory;
const round = () => oneRound({ db, owner: ME, send: office.send, cursor: null }, memory);

beforeEach(async () => {
  HERE.names += 1;
  db = await openPhone(undefined, `phone-${HERE.names}`);
  office = new Office();
  memory = freshMemory();
});

describe('a round', () => {
  it('sends in the order of making and keeps the receipts', async () => {
    await add(db, 'b');
    await add(db, 'a');
    await add(db, 'read', 'inbox.read', { notice_id: 'n' });
    const { received } = await round();
    expect(office.committed).toEqual(['b', 'a', 'read']);
    expect(received.map((each) => each.item.id)).toEqual(['b', 'a', 'read']);
    const items = await itemsOf(db, ME);
    expect(items.map((item) => [item.id, item.state, item.receipt?.receipt])).toEqual([
      ['b', 'received', 'R-b'],
      ['a', 'received', 'R-a'],
    ]);
  });

  it('says when the phone thinks it is, so that a wrong clock can be put right', async () => {
    await add(db, 'a');
    const nowMs = () => Date.UTC(2031, 0, 1);
    await oneRound({ db, owner: ME, send: office.send, cursor: null, nowMs }, memory);
    expect(office.requests[0]?.sent_at).toBe('2031-01-01T00:00:00.000Z');
  });

  it('asks nobody when nothing waits', async () => {
    await round();
    expect(office.requests).toEqual([]);
  });

  it('sends fifty at most, and then the rest', async () => {
    for (let at = 0; at < 60; at += 1) await add(db, `i${at}`);
    await round();
    await round();
    expect(office.requests.map((each) => each.mutations.length)).toEqual([MOST_ITEMS, 10]);
    expect(new Set(office.committed).size).toBe(60);
  });

  it('does not send what is another person’s', async () => {
    await add(db, 'mine');
    await addItem(db, {
      id: 'hers',
      op: 'report.create',
      owner: 'dewi',
      part: {},
      reportId: 'hers',
      shown: {},
      savedAt: 0,
    });
    await round();
    expect(office.committed).toEqual(['mine']);
    expect((await itemsOf(db, 'dewi'))[0]?.state).toBe('saved');
  });
});

describe('what was not received', () => {
  it('waits when no answer came, and is known again the next time', async () => {
    await add(db, 'a');
    office.losesAnswers = true;
    await expect(round()).rejects.toBeInstanceOf(Unreachable);
    expect(await states(db)).toEqual({ a: 'saved' });
    office.losesAnswers = false;
    await round();
    expect(await states(db)).toEqual({ a: 'received' });
    expect(office.committed).toEqual(['a']);
  });

  it('stays when the session has ended', async () => {
    await add(db, 'a');
    office.refusal = new Refused(problem('session_expired', 401, 'after_sign_in'), null);
    await expect(round()).rejects.toBe(office.refusal);
    expect(await states(db)).toEqual({ a: 'saved' });
  });

  it.each(['retry', 'blocked', 'something_newer'])(
    'stays after %s, behind the others',
    async (said) => {
      await add(db, 'a');
      office.outcomes = { a: said };
      await round();
      await add(db, 'b');
      await round();
      expect(office.requests[1]?.mutations.map((each) => each.mutation_id)).toEqual(['b']);
      expect(await states(db)).toEqual({ a: 'saved', b: 'received' });
      office.outcomes = {};
      await round();
      expect(await states(db)).toEqual({ a: 'received', b: 'received' });
    },
  );

  it('is put aside with its reason, and its changes with it', async () => {
    await add(db, 'a');
    await add(db, 'change', 'report.revise', { report_id: 'a' }, 'a');
    await add(db, 'b');
    office.outcomes = { a: 'rejected', change: 'blocked' };
    await round();
    expect(await states(db)).toEqual({ a: 'quarantined', change: 'quarantined', b: 'received' });
    const [first] = await itemsOf(db, ME);
    expect(first?.problem?.code).toBe('not_yours');
    await round();
    expect(office.requests).toHaveLength(1);
  });

  it('waits for the person when somebody else changed the report', async () => {
    await add(db, 'change', 'report.revise', { report_id: 'r', base_version: 1 }, 'r');
    office.outcomes = { change: 'conflict' };
    await round();
    expect(await states(db)).toEqual({ change: 'conflict' });
  });
});

it('finds the one item that no request can carry, and sends the others', async () => {
  const ids = Array.from({ length: 9 }, (_, at) => `i${at}`);
  for (const id of ids) await add(db, id);
  const send: Office['send'] = (request) => {
    if (!request.mutations.some((each) => each.mutation_id === 'i4')) return office.send(request);
    throw new Refused(problem('malformed_request', 400, 'never'), null);
  };
  for (let turn = 0; turn < 12; turn += 1) {
    await oneRound({ db, owner: ME, send, cursor: null }, memory);
  }
  expect(await states(db)).toMatchObject({ i4: 'quarantined', i3: 'received', i8: 'received' });
  expect(new Set(office.committed)).toEqual(new Set(ids.filter((id) => id !== 'i4')));
});

it('puts nothing aside for a refusal that is not about the items', async () => {
  await add(db, 'a');
  office.refusal = new Refused(problem('not_allowed', 403, 'never'), null);
  await expect(round()).rejects.toBe(office.refusal);
  expect(await states(db)).toEqual({ a: 'saved' });
});

it('joins a revision to the report that it is about', async () => {
  await add(db, 'a', 'report.create', { quantity: 1, note: 'one', target_id: 't' });
  await round();
  await add(db, 'change', 'report.revise', { report_id: 'a', quantity: 2, note: 'two' }, 'a');
  await round();
  const items = await itemsOf(db, ME);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    id: 'a',
    state: 'received',
    part: { quantity: 2, note: 'two' },
  });
});

/** A tab that dies at its nth transaction: nothing after it happens. */
function dying(phone: Phone, at: number): Phone {
  let left = at;
  return new Proxy(phone, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        if (name === 'transaction' && (left -= 1) < 0) throw new Error('killed');
        return (value as (...all: unknown[]) => unknown).apply(target, given);
      };
    },
  });
}

describe('a tab killed at any step', () => {
  const STEPS = Array.from({ length: 8 }, (_, at) => at);
  const cases = STEPS.flatMap((step) => [false, true].map((lost) => ({ step, lost })));

  it.each(cases)(
    'loses and doubles nothing: step $step, answer lost: $lost',
    async ({ step, lost }) => {
      const saved: string[] = [];
      const phone = dying(db, step);
      office.losesAnswers = lost;
      try {
        for (const id of ['a', 'b', 'c']) {
          await add(phone, id);
          saved.push(id);
        }
        await oneRound({ db: phone, owner: ME, send: office.send, cursor: null }, freshMemory());
      } catch {
        // The tab is gone.
      }
      office.losesAnswers = false;
      const again = await openPhone(undefined, `phone-${HERE.names}`);
      const rest = () =>
        oneRound({ db: again, owner: ME, send: office.send, cursor: null }, freshMemory());
      while ((await rest()).sent);
      expect(office.committed.toSorted()).toEqual(saved);
      expect(Object.values(await states(again))).toEqual(saved.map(() => 'received'));
      again.close();
    },
  );

  it('sends again what was on its way when the tab died', async () => {
    await add(db, 'a');
    void oneRound(
      { db, owner: ME, send: () => new Promise(() => undefined), cursor: null },
      memory,
    );
    while ((await states(db)).a !== 'sending');
    const again = await openPhone(undefined, `phone-${HERE.names}`);
    await oneRound({ db: again, owner: ME, send: office.send, cursor: null }, freshMemory());
    expect(await states(again)).toEqual({ a: 'received' });
    again.close();
  });
});

it('never changes an item in its place once it may be with the office', async () => {
  await add(db, 'a', 'report.create', { quantity: 1 });
  const edit = () =>
    changeItem(db, 'a', (item) =>
      isUntried(item) ? { ...item, part: { ...item.part, quantity: 9 } } : null,
    );
  expect(await edit()).toBe(true);
  office.losesAnswers = true;
  await expect(round()).rejects.toBeInstanceOf(Unreachable);
  expect(await edit()).toBe(false);
  expect(office.requests[0]?.mutations[0]?.report?.quantity).toBe(9);
});

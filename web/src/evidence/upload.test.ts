/** A photo over a line that breaks: it goes on where it stands, and arrives once and whole. */
import { beforeEach, expect, test, vi } from 'vitest';
import { contentDigest, nameOf } from './digests';
import { PIECE_BYTES, upload } from './upload';

const SIZE = 3 * PIECE_BYTES + 17;
const BYTES = Uint8Array.from({ length: SIZE }, (_, place) => place % 251).buffer as ArrayBuffer;
const EVIDENCE = '/v1/reports/r1/evidence';
const LINK = { kind: 'link', reference: 'https://contoh.go.id/a' };

interface Refusal {
  code: string;
  retry: string;
  status: number;
  details: object;
}

/** An office that keeps what it has taken, and whose answers may be lost. */
class Office {
  taken: number[] = [];
  state = 'uploading';
  evidence: { kind: string; reference: string }[] = [LINK];
  /** What happens to the next requests instead of an answer, first come first served. */
  mishaps: ('lost' | 'unheard' | 'refused')[] = [];
  asked: string[] = [];
  refusal: Refusal = { code: 'image_unreadable', retry: 'never', status: 422, details: {} };

  answer = async (path: string, asking: RequestInit): Promise<Response> => {
    this.asked.push(`${asking.method} ${path}`);
    const mishap = asking.method === 'PATCH' ? this.mishaps.shift() : undefined;
    if (mishap === 'unheard') throw new TypeError('no line');
    if (mishap === 'refused') return this.problem(this.refusal);
    const response = await this.done(path, asking);
    if (mishap === 'lost') throw new TypeError('the line broke');
    return response;
  };

  private async done(path: string, asking: RequestInit): Promise<Response> {
    if (path === EVIDENCE) {
      if (asking.method === 'PUT') this.evidence = JSON.parse(String(asking.body)).evidence;
      return Response.json(this.evidence);
    }
    if (asking.method === 'PATCH') {
      const headers = asking.headers as Record<string, string>;
      const piece = asking.body as ArrayBuffer;
      if (Number(headers['upload-offset']) !== this.taken.length) {
        const details = { offset: this.taken.length };
        return this.problem({
          code: 'offset_mismatch',
          retry: 'after_change',
          status: 409,
          details,
        });
      }
      expect(headers['content-digest']).toBe(await contentDigest(piece));
      this.taken.push(...new Uint8Array(piece));
      if (this.taken.length === SIZE) this.state = 'ready';
    }
    return Response.json({ state: this.state, offset: this.taken.length, bytes: SIZE });
  }

  private problem(problem: Refusal): Response {
    return Response.json({ ...problem, texts: {}, action: {} }, { status: problem.status });
  }
}

let office: Office;
let photo: Parameters<typeof upload>[0];

beforeEach(async () => {
  office = new Office();
  vi.stubGlobal('fetch', office.answer);
  photo = { sha256: await nameOf(BYTES), bytes: BYTES, reportId: 'r1', owner: 'ani' };
});

/** Asks again after each broken line, as the sender does. */
async function stubborn(): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      await upload(photo, () => undefined);
      return tries;
    } catch (error) {
      if ((error as Error).name !== 'Unreachable') throw error;
    }
  }
}

test('pieces of 32 KB, then the report refers to it beside what lay there', async () => {
  const told: number[] = [];
  await upload(photo, (bytes) => told.push(bytes));
  expect(told).toEqual([0, PIECE_BYTES, 2 * PIECE_BYTES, 3 * PIECE_BYTES, SIZE]);
  expect(new Uint8Array(office.taken)).toEqual(new Uint8Array(BYTES));
  expect(office.evidence).toEqual([LINK, { kind: 'photo', reference: photo.sha256 }]);
});

test.each([0, 1, 2, 3])('a line that breaks at piece %d costs no other piece', async (at) => {
  for (const mishap of ['lost', 'unheard'] as const) {
    office = new Office();
    vi.stubGlobal('fetch', office.answer);
    office.mishaps = [...Array<never>(at), mishap];
    expect(await stubborn()).toBe(2);
    expect(new Uint8Array(office.taken)).toEqual(new Uint8Array(BYTES));
    const pieces = office.asked.filter((each) => each.startsWith('PATCH')).length;
    expect(pieces).toBe(mishap === 'lost' ? 4 : 5);
  }
});

test('where the office says that it stands elsewhere, it goes on from there', async () => {
  const elsewhere = office.answer;
  let first = true;
  vi.stubGlobal('fetch', async (path: string, asking: RequestInit) => {
    const response = await elsewhere(path, asking);
    if (!first) return response;
    first = false; // another tab sends the first piece meanwhile
    office.taken.push(...new Uint8Array(BYTES.slice(0, PIECE_BYTES)));
    return response;
  });
  await upload(photo, () => undefined);
  expect(new Uint8Array(office.taken)).toEqual(new Uint8Array(BYTES));
});

test('an office that never agrees where it stands is not asked for ever', async () => {
  const details = { offset: 0 };
  office.refusal = { code: 'offset_mismatch', retry: 'after_change', status: 409, details };
  office.mishaps = Array<'refused'>(20).fill('refused');
  await expect(upload(photo, () => undefined)).rejects.toThrow('offset_mismatch');
  expect(office.mishaps.length).toBeGreaterThan(10);
});

test('a photo that is refused is not referred to', async () => {
  office.mishaps = ['refused'];
  await expect(upload(photo, () => undefined)).rejects.toThrow('image_unreadable');
  expect(office.evidence).toEqual([LINK]);
});

test('what lies there already is not put there twice', async () => {
  await upload(photo, () => undefined);
  await upload(photo, () => undefined);
  expect(office.evidence).toHaveLength(2);
  expect(office.asked.filter((each) => each.startsWith('PUT /v1/reports'))).toHaveLength(1);
});

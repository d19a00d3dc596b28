/**
 * Asks the service. Typed by the published OpenAPI: path, query, body and answer must agree.
 *
 * Invariant: whoever asks gets an answer, a `Refused` (the server said no and why) or an
 * `Unreachable` (nobody knows whether it arrived). An access token that has run out is renewed
 * once and the request asked again; nothing is ever deleted here.
 */
import { language, t } from '../words/words';
import { learnTime } from './clock';
import type { paths } from './schema';
import type { Problem } from './types';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Paths that know a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];

type Responses<P extends keyof paths, M extends Method> = paths[P][M] extends {
  responses: infer R;
}
  ? R
  : never;
type Content<R> = R extends { content: { 'application/json': infer Body } } ? Body : undefined;

/** What a path answers when it says yes. */
export type Answer<P extends keyof paths, M extends Method> = {
  [Status in Extract<keyof Responses<P, M>, 200 | 201 | 202 | 204>]: Content<
    Responses<P, M>[Status]
  >;
}[Extract<keyof Responses<P, M>, 200 | 201 | 202 | 204>];

/** What a path takes as its JSON body. */
export type BodyOf<P extends keyof paths, M extends Method> = paths[P][M] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : never;

export interface Asking<Body = unknown> {
  /** Fills of `{name}` in the path. */
  path?: Record<string, string>;
  /** What follows the question mark; undefined and null are left out. */
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: Body;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** Ask without a token: signing in and what is public. */
  open?: boolean;
  /** Pack the body for the air, where the browser can and it is worth it. */
  packs?: boolean;
  /** Whose work this is; it goes with nobody else's token. Usually whoever is signed in. */
  owner?: string;
}

/** The server answered and refused; `problem` says why, in both languages. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterS: number | null,
  ) {
    super(problem.code);
    this.name = 'Refused';
  }
}

/** No answer: no signal, a cut connection, a time-out. */
export class Unreachable extends Error {
  constructor() {
    super('unreachable');
    this.name = 'Unreachable';
  }
}

/** Where tokens come from; `store/session.ts` is the one that gives them. */
export interface Keys {
  /** The access token, made anew when it has run out; null when this person is not signed in. */
  access(owner?: string): Promise<string | null>;
  /** The server refused this token: another one of the same person, or null: sign in again. */
  renewed(refused: string): Promise<string | null>;
}

export const TIMEOUT_MS = 30_000; // without a word; a slow answer is waited for as long as it comes
const LEAST_PACKED = 1_000; // characters; less fits into one packet anyway
const keys: { now: Keys } = {
  now: { access: async () => null, renewed: async () => null },
};

/** Says once, at the start, where tokens come from. */
export function useKeys(given: Keys): void {
  keys.now = given;
}

/** Asks and reads the answer. Throws `Refused` and `Unreachable`. */
export async function ask<M extends Method, P extends PathOf<M> & string>(
  method: M,
  path: P,
  asking: Asking<BodyOf<P, M>> = {},
): Promise<Answer<P, M>> {
  const response = await send(method, path, asking);
  if (response.status === 204) return undefined as Answer<P, M>;
  try {
    return (await response.json()) as Answer<P, M>;
  } catch {
    throw new Unreachable(); // cut short, or the page of somebody between us and the office
  }
}

/** The same for whatever is no JSON: pictures, pieces of an upload, files. */
export async function send(
  method: Method,
  path: string,
  asking: Asking<unknown> = {},
): Promise<Response> {
  const token = asking.open ? null : await keys.now.access(asking.owner);
  let response = await once(method, path, asking, token);
  if (response.status === 401 && token) {
    const renewed = await keys.now.renewed(token);
    if (renewed) response = await once(method, path, asking, renewed);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function once(
  method: Method,
  path: string,
  asking: Asking<unknown>,
  token: string | null,
): Promise<Response> {
  const headers: Record<string, string> = { 'accept-language': language.value, ...asking.headers };
  if (token) headers.authorization = `Bearer ${token}`;
  const raw = asking.body instanceof Blob || asking.body instanceof ArrayBuffer;
  if (asking.body !== undefined && !raw) headers['content-type'] = 'application/json';
  const stop = new AbortController();
  let late: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(late);
    late = setTimeout(() => stop.abort(), TIMEOUT_MS);
  };
  const given = () => stop.abort();
  asking.signal?.addEventListener('abort', given);
  try {
    const text = raw || asking.body === undefined ? null : JSON.stringify(asking.body);
    const packed = asking.packs && text ? await gzipped(text) : null;
    if (packed) headers['content-encoding'] = 'gzip';
    const askedAt = Date.now();
    alive();
    const response = await fetch(address(path, asking), {
      method: method.toUpperCase(),
      headers,
      body: raw ? (asking.body as Blob | ArrayBuffer) : (packed ?? text),
      signal: stop.signal,
      cache: 'no-store',
    });
    // The office numbers its answers; a box on the way does not, whatever it answers.
    if (response.headers.has('x-request-id')) learnTime(response.headers.get('date'), askedAt);
    return await whole(response, alive);
  } catch (error) {
    if (asking.signal?.aborted) throw error;
    throw new Unreachable();
  } finally {
    clearTimeout(late);
    asking.signal?.removeEventListener('abort', given);
  }
}

/** An answer with all of its body; `alive` is told of every piece. */
async function whole(response: Response, alive: () => void): Promise<Response> {
  const { body, status, headers } = response;
  // A browser may give an empty body to an answer that can have none; none can be made of it anew.
  if (!body || status === 204) return response;
  const pieces: BlobPart[] = [];
  const reader = body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    alive();
    pieces.push(piece.value);
  }
  return new Response(new Blob(pieces), { status, headers });
}

/** A text in gzip; null where that is not to be had or gains nothing. */
async function gzipped(text: string): Promise<ArrayBuffer | null> {
  if (text.length < LEAST_PACKED || typeof CompressionStream === 'undefined') return null;
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(packed).arrayBuffer();
}

/** The path with its fills and its query. */
export function address(path: string, asking: Pick<Asking, 'path' | 'query'>): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(asking.path?.[name] ?? ''),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asking.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

async function refusal(response: Response): Promise<Refused | Unreachable> {
  const waits = Number(response.headers.get('retry-after'));
  const after = Number.isFinite(waits) && waits > 0 ? waits : null;
  try {
    const problem = (await response.json()) as Problem;
    if (typeof problem.code === 'string') return new Refused(problem, after);
  } catch {
    // A proxy's page, or half an answer: nobody knows what became of the request.
  }
  return new Unreachable();
}

/** What to tell a person about an error: the server's own words, or ours when it is silent. */
export function said(error: unknown): string {
  if (error instanceof Refused) {
    const { texts, action } = error.problem;
    return [texts[language.value], action[language.value]].filter(Boolean).join(' ');
  }
  if (error instanceof Error && error.name === 'PhoneFull') return t('outbox.full');
  return error instanceof Unreachable ? t('problem.unreachable') : t('problem.unexpected');
}

/**
 * What a screen asked of the office: shown at once from what this phone has kept, then anew.
 *
 * Invariant: an answer that was had is never taken from the screen by a failed question; the error
 * stands beside it.
 */
import { useEffect } from 'preact/hooks';
import { address, said } from '../api/client';
import type { Answer, Asking, PathOf } from '../api/client';
import { kept, renew } from '../store/kept';

export interface Asked<T> {
  value: T | null;
  /** When the office gave it, by this phone's clock in ms; null: nothing was had yet. */
  at: number | null;
  loading: boolean;
  /** Why the newest question has no answer; empty when it has one. */
  error: string;
  again: () => Promise<void>;
}

/** Asks when the screen opens and when the question changes. */
export function useAsked<P extends PathOf<'get'> & string>(
  path: P,
  where: Pick<Asking, 'path' | 'query'> = {},
): Asked<Answer<P, 'get'>> {
  const { value, at, state, error } = kept(path, where).value;
  const question = address(path, where);
  useEffect(() => void renew(path, where), [question]);
  return {
    value,
    at,
    loading: state === 'loading',
    error: error ? said(error) : '',
    again: () => renew(path, where),
  };
}

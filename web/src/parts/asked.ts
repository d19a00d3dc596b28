/**
 * What a screen asked of the office: shown at once from what this phone has kept, then anew.
 *
 * Invariant: an answer that was had is never taken from the screen by a failed question; the error
 * stands beside it.
 */
import { computed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { address, said } from '../api/client';
import type { Answer, Asking, PathOf } from '../api/client';
import { personTopic } from '../live/messages';
import { kept, renew } from '../store/kept';
import { me } from '../store/session';
import { topics } from '../store/signals';

const SETTLING_MS = 300; // a decision and the word with it come as two events: one question

/** How far the feed of this person has come: whatever happens to them moves it. */
const ownPosition = computed(
  () => topics.value[personTopic(me.value?.employee.id ?? '')]?.position ?? 0,
);

export interface Asked<T> {
  value: T | null;
  /** When the office gave it, by this phone's clock in ms; null: nothing was had yet. */
  at: number | null;
  loading: boolean;
  /** Why the newest question has no answer; empty when it has one. */
  error: string;
  again: () => Promise<void>;
}

/** Asks when the screen opens, when the question changes and when something happened to me. */
export function useAsked<P extends PathOf<'get'> & string>(
  path: P,
  where: Pick<Asking, 'path' | 'query'> = {},
): Asked<Answer<P, 'get'>> {
  const { value, at, state, error } = kept(path, where).value;
  const question = address(path, where);
  const position = ownPosition.value;
  const seen = useRef(position);
  useEffect(() => void renew(path, where), [question]);
  useEffect(() => {
    const first = seen.current === 0; // the feed has only now been heard
    if (seen.current === position) return;
    seen.current = position;
    if (first) return;
    const later = setTimeout(() => void renew(path, where), SETTLING_MS);
    return () => clearTimeout(later);
  }, [position]);
  return {
    value,
    at,
    loading: state === 'loading',
    error: error ? said(error) : '',
    again: () => renew(path, where),
  };
}

/**
 * Things of a list that were decided on this screen: they stay to be seen, with what became of
 * them, though the office lists them no more.
 */
import { useState } from 'preact/hooks';
import { Notice } from '../parts/card';
import { t } from '../words/words';

export interface Settled<T> {
  /** What was decided here, then what is open. */
  all: readonly T[];
  /** What became of one; empty while it is open. */
  said: (id: string) => string;
  settle: (item: T, said: string) => void;
  /** A decision went wrong: if the office lists it no more, it was decided all the same. */
  doubt: (item: T) => void;
}

export function useSettled<T extends { id: string }>(listed: readonly T[]): Settled<T> {
  const [settled, setSettled] = useState<ReadonlyMap<string, { item: T; said?: string }>>(
    new Map(),
  );
  const isListed = new Set(listed.map((each) => each.id));
  const ended = [...settled.values()].filter(({ item, said }) => said || !isListed.has(item.id));
  const isEnded = new Set(ended.map(({ item }) => item.id));
  const put = (item: T, said?: string) => setSettled(new Map(settled).set(item.id, { item, said }));
  return {
    all: [...ended.map(({ item }) => item), ...listed.filter((each) => !isEnded.has(each.id))],
    said: (id) => (isEnded.has(id) ? (settled.get(id)?.said ?? t('lead.settled_already')) : ''),
    settle: put,
    doubt: put,
  };
}

export function Became({ said }: { said: string }) {
  return said ? <Notice tone="good">{said}</Notice> : null;
}

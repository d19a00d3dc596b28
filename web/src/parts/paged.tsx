/** A list that comes page by page: what was asked of the office, and a button for what is older. */
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { t } from '../words/words';
import { Answered } from './answered';
import type { Asked } from './asked';
import { Notice } from './card';
import { useDoing } from './doing';
import { joined } from './pages';
import type { Page } from './pages';

interface PagedProps<T> {
  first: Asked<Page<T>>;
  /** The page behind this cursor. */
  older: (cursor: string) => Promise<Page<T>>;
  keyOf: (each: T) => string;
  /** Said when there is nothing. */
  none: string;
  children: (all: readonly T[]) => ComponentChildren;
}

export function Paged<T>({ first, older, keyOf, none, children }: PagedProps<T>) {
  const shown = useRef<readonly T[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined); // of the oldest page
  const doing = useDoing();
  const page = first.value;
  if (page)
    shown.current = next === undefined ? page.items : joined(page.items, shown.current, keyOf);
  const cursor = next === undefined ? page?.next_cursor : next;
  async function more(from: string) {
    const found = await older(from);
    shown.current = joined(shown.current, found.items, keyOf);
    setNext(found.next_cursor ?? null);
  }
  return (
    <>
      <Answered asked={first}>
        {() => (shown.current.length ? children(shown.current) : <p>{none}</p>)}
      </Answered>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {cursor && (
        <button
          class="button wide"
          type="button"
          disabled={doing.busy}
          onClick={() => void doing.run(() => more(cursor))}
        >
          {t('app.older')}
        </button>
      )}
    </>
  );
}

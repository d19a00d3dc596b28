/** A list of thousands that scrolls with the page and draws only what is in sight. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { spanOf } from './windowing';

const AROUND_PX = 600;
const GUESS_PX = 260;

interface LongListProps<T extends { key: string }> {
  rows: readonly T[];
  /** What a row looks like; drawn again only when what it returns is another. */
  draw: (row: T) => ComponentChildren;
  label: string;
}

export function LongList<T extends { key: string }>({ rows, draw, label }: LongListProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>());
  const [, drawAgain] = useState(0);
  const scrolled = useScrolled(list);
  const keys = useMemo(() => rows.map((row) => row.key), [rows]);
  const { from, to, before, after } = spanOf(
    keys,
    heights.current,
    GUESS_PX,
    scrolled,
    innerHeight,
    AROUND_PX,
  );
  useLayoutEffect(() => {
    let changed = false;
    for (const drawn of list.current?.querySelectorAll<HTMLElement>(':scope > [data-key]') ?? []) {
      const key = drawn.dataset.key ?? '';
      const height = drawn.offsetHeight;
      if (Math.abs((heights.current.get(key) ?? GUESS_PX) - height) > 1) changed = true;
      heights.current.set(key, height);
    }
    if (changed) drawAgain((times) => times + 1);
  }, [rows, from, to]);
  return (
    <div class="long" ref={list} role="region" aria-label={label}>
      <div style={{ height: `${before}px` }} />
      {rows.slice(from, to).map((row) => (
        <div key={row.key} data-key={row.key} class="long-row">
          {draw(row)}
        </div>
      ))}
      <div style={{ height: `${after}px` }} />
    </div>
  );
}

/** How far the top of the list lies above the top of the window, once a frame. */
function useScrolled(list: { current: HTMLElement | null }): number {
  const [scrolled, setScrolled] = useState(0);
  useEffect(() => {
    let frame = 0;
    const read = () => {
      frame = 0;
      setScrolled(-(list.current?.getBoundingClientRect().top ?? 0));
    };
    const soon = () => (frame ||= requestAnimationFrame(read));
    read();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, []);
  return scrolled;
}

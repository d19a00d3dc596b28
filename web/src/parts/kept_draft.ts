/**
 * What is typed into a longer form, kept at every keystroke until it has been said for good.
 *
 * Invariant: what was typed on this screen is never replaced by what an earlier visit left.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { draftOf, dropDraft, keepDraft } from '../store/drafts';
import type { Draft } from '../store/signals';

type Fields = Pick<Draft, 'quantity' | 'note' | 'activityAt'>;

export interface KeptDraft {
  typed: Fields;
  change: (part: Partial<Fields>) => void;
  /** It is said, or not wanted. */
  drop: () => void;
}

/** `key` names what it is about; `first` is what stands there when nothing was typed before. */
export function useKeptDraft(key: string, first: Fields): KeptDraft {
  const [typed, setTyped] = useState(first);
  const touched = useRef(false);
  useEffect(() => {
    let wanted = true;
    draftOf(key).then(
      (draft) => {
        if (!draft || !wanted || touched.current) return;
        setTyped({ quantity: draft.quantity, note: draft.note, activityAt: draft.activityAt });
      },
      () => undefined, // a phone that cannot remember can still write
    );
    return () => {
      wanted = false;
    };
  }, [key]);
  return {
    typed,
    change(part) {
      touched.current = true;
      const next = { ...typed, ...part };
      setTyped(next);
      void keepDraft(key, { targetId: null, ...next }).catch(() => undefined);
    },
    drop: () => void dropDraft(key).catch(() => undefined),
  };
}

/** The same for a text alone: the text, how to change it, and how to forget it. */
export function useKeptText(key: string, first = '') {
  const { typed, change, drop } = useKeptDraft(key, {
    quantity: '',
    note: first,
    activityAt: null,
  });
  return [typed.note, (note: string) => change({ note }), drop] as const;
}

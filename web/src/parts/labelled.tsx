/** A question with its label, hint and error, tied together for screen readers. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export interface LabelledProps {
  label: string;
  hint?: string;
  error?: string;
}

/** What ties the field itself to the words around it. */
export interface Tie {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
}

interface Props extends LabelledProps {
  children: (tie: Tie) => ComponentChildren;
  /** Stands right below all of it. */
  after?: ComponentChildren;
}

export function Labelled({ label, hint, error, children, after }: Props) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? 'true' : undefined,
      })}
      {error && (
        <span class="state wrong" id={`${id}-error`}>
          {error}
        </span>
      )}
      {after}
    </div>
  );
}

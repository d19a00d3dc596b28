/** One question with its label, hint and error, tied together for screen readers. */
import type { ComponentChildren, InputHTMLAttributes, PartialInputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps extends Omit<PartialInputHTMLAttributes<HTMLInputElement>, 'label'> {
  label: string;
  hint?: string;
  error?: string;
  /** Stands right below the field. */
  after?: ComponentChildren;
}

export function Field({ label, hint, error, after, ...input }: FieldProps) {
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
      <input
        {...(input as InputHTMLAttributes<HTMLInputElement>)}
        id={id}
        aria-describedby={described || undefined}
        aria-invalid={error ? 'true' : undefined}
      />
      {error && (
        <span class="state wrong" id={`${id}-error`}>
          {error}
        </span>
      )}
      {after}
    </div>
  );
}

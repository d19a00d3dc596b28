/** A longer text with its label and hint. */
import { useId } from 'preact/hooks';

interface TextAreaProps {
  label: string;
  hint?: string;
  value: string;
  onValue: (value: string) => void;
  rows?: number;
  required?: boolean;
}

export function TextArea({ label, hint, value, onValue, rows = 3, required }: TextAreaProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <textarea
        id={id}
        rows={rows}
        maxLength={2000}
        required={required}
        aria-describedby={hint ? `${id}-hint` : undefined}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </div>
  );
}

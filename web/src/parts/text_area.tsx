/** A question that is answered in some sentences. */
import { Labelled } from './labelled';
import type { LabelledProps } from './labelled';

interface TextAreaProps extends LabelledProps {
  value: string;
  onValue: (value: string) => void;
  rows?: number;
  required?: boolean;
}

export function TextArea({ value, onValue, rows = 3, required, ...label }: TextAreaProps) {
  return (
    <Labelled {...label}>
      {(tie) => (
        <textarea
          rows={rows}
          maxLength={2000}
          required={required}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
          {...tie}
        />
      )}
    </Labelled>
  );
}

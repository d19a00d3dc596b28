/** One question that is answered on a line. */
import type { ComponentChildren, InputHTMLAttributes, PartialInputHTMLAttributes } from 'preact';
import { Labelled } from './labelled';
import type { LabelledProps } from './labelled';

interface FieldProps
  extends LabelledProps, Omit<PartialInputHTMLAttributes<HTMLInputElement>, 'label'> {
  /** Stands right below the field. */
  after?: ComponentChildren;
}

export function Field({ label, hint, error, after, ...input }: FieldProps) {
  return (
    <Labelled label={label} hint={hint} error={error} after={after}>
      {(tie) => <input {...(input as InputHTMLAttributes<HTMLInputElement>)} {...tie} />}
    </Labelled>
  );
}

/** A password that may be looked at: typing blind on a small phone is where sign-ins fail. */
import { useState } from 'preact/hooks';
import { Field } from '../parts/field';
import { Icon } from '../parts/icon';
import { t } from '../words/words';

interface PasswordFieldProps {
  label: string;
  hint?: string;
  autoComplete: 'current-password' | 'new-password';
  value: string;
  onValue: (value: string) => void;
}

export function PasswordField({ label, hint, autoComplete, value, onValue }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={label}
      hint={hint}
      name="password"
      type={shown ? 'text' : 'password'}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellcheck={false}
      required
      value={value}
      onInput={(event) => onValue(event.currentTarget.value)}
      after={
        <button class="button quiet" type="button" onClick={() => setShown(!shown)}>
          <Icon name="eye" />
          {t(shown ? 'sign_in.hide' : 'sign_in.show')}
        </button>
      }
    />
  );
}

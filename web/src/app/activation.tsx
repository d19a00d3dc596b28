/** The first password, against the code that HR or the supervisor handed over. */
import { useState } from 'preact/hooks';
import { Field } from '../parts/field';
import { activate } from '../store/session';
import { t } from '../words/words';
import { Door } from './door';
import { PasswordField } from './password_field';
import { query } from './router';

export default function ActivationScreen() {
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  return (
    <Door
      head={<h1>{t('activation.title')}</h1>}
      nip={query.value.get('nip') ?? ''}
      word="activation.go"
      enter={(nip) => activate(nip, code, password)}
      fields={
        <>
          <Field
            label={t('activation.code')}
            hint={t('activation.code_hint')}
            name="code"
            autoComplete="one-time-code"
            autoCapitalize="characters"
            required
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
          <PasswordField
            label={t('activation.password')}
            hint={t('activation.password_hint')}
            autoComplete="new-password"
            value={password}
            onValue={setPassword}
          />
        </>
      }
    >
      <a class="button quiet" href="/sign-in">
        {t('activation.have')}
      </a>
    </Door>
  );
}

/** The first password, against the code that HR or the supervisor handed over. */
import { useState } from 'preact/hooks';
import { said } from '../api/client';
import { Notice } from '../parts/card';
import { Field } from '../parts/field';
import { Mark } from '../parts/mark';
import { activate } from '../store/session';
import { t } from '../words/words';
import { LanguageChoice } from './language_choice';
import { PasswordField } from './password_field';
import { go, query } from './router';

export default function ActivationScreen() {
  const [nip, setNip] = useState(query.value.get('nip') ?? '');
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');

  async function submit(event: Event) {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      await activate(nip, code, password);
      go('/', { replace: true });
    } catch (problem) {
      setError(said(problem));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="stack" onSubmit={submit}>
      <Mark size={64} />
      <h1>{t('activation.title')}</h1>
      {error && <Notice tone="wrong">{error}</Notice>}
      <Field
        label={t('sign_in.nip')}
        hint={t('sign_in.nip_hint')}
        name="nip"
        inputMode="numeric"
        autoComplete="username"
        required
        value={nip}
        onInput={(event) => setNip(event.currentTarget.value)}
      />
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
      <button class="button primary wide" type="submit" disabled={busy}>
        {t(busy ? 'sign_in.going' : 'activation.go')}
      </button>
      <a class="button quiet" href="/sign-in">
        {t('activation.have')}
      </a>
      <LanguageChoice />
    </form>
  );
}

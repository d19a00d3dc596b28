/** Signing in. Whoever was here before may go on reporting and sign in only to send. */
import { useState } from 'preact/hooks';
import { said } from '../api/client';
import { Notice } from '../parts/card';
import { Field } from '../parts/field';
import { Mark } from '../parts/mark';
import { me, signIn } from '../store/session';
import { unsent } from '../store/signals';
import { t } from '../words/words';
import { LanguageChoice } from './language_choice';
import { PasswordField } from './password_field';
import { go } from './router';

export default function SignInScreen() {
  const [nip, setNip] = useState(me.value?.employee.nip ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');

  async function submit(event: Event) {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      await signIn(nip, password);
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
      <div>
        <h1>{t('sign_in.title')}</h1>
        <p class="soft">{t('sign_in.welcome')}</p>
      </div>
      {unsent.value > 0 && <Notice>{t('sign_in.safe', { n: unsent.value })}</Notice>}
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
      <PasswordField
        label={t('sign_in.password')}
        autoComplete="current-password"
        value={password}
        onValue={setPassword}
      />
      <button class="button primary wide" type="submit" disabled={busy}>
        {t(busy ? 'sign_in.going' : 'sign_in.go')}
      </button>
      {me.value && (
        <button class="button wide" type="button" onClick={() => go('/')}>
          {t('sign_in.later')}
        </button>
      )}
      <a class="button quiet" href="/activate">
        {t('sign_in.first_time')}
      </a>
      <LanguageChoice />
    </form>
  );
}

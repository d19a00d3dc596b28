/** Signing in. Whoever was here before may go on reporting and sign in only to send. */
import { useState } from 'preact/hooks';
import { Notice } from '../parts/card';
import { me, signIn } from '../store/session';
import { unsent } from '../store/signals';
import { t } from '../words/words';
import { Door } from './door';
import { PasswordField } from './password_field';
import { go } from './router';

export default function SignInScreen() {
  const [password, setPassword] = useState('');
  return (
    <Door
      head={
        <>
          <div>
            <h1>{t('sign_in.title')}</h1>
            <p class="soft">{t('sign_in.welcome')}</p>
          </div>
          {unsent.value > 0 && <Notice>{t('sign_in.safe', { n: unsent.value })}</Notice>}
        </>
      }
      nip={me.value?.employee.nip ?? ''}
      word="sign_in.go"
      enter={(nip) => signIn(nip, password)}
      fields={
        <PasswordField
          label={t('sign_in.password')}
          autoComplete="current-password"
          value={password}
          onValue={setPassword}
        />
      }
    >
      {me.value && (
        <button class="button wide" type="button" onClick={() => go('/')}>
          {t('sign_in.later')}
        </button>
      )}
      <a class="button quiet" href="/activate">
        {t('sign_in.first_time')}
      </a>
    </Door>
  );
}

/** Where I am signed in, ending that, and my password. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import { PasswordField } from '../app/password_field';
import { Card, Notice, State } from '../parts/card';
import { moment } from '../words/dates';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';

export default function DevicesScreen() {
  const sessions = useAsked('/v1/me/sessions', { query: { limit: 50 } });
  const doing = useDoing();
  async function end(id: string) {
    const path = { session_id: id };
    await doing.run(() => ask('delete', '/v1/me/sessions/{session_id}', { path }));
    await sessions.again();
  }
  async function endOthers() {
    await doing.run(() => ask('delete', '/v1/me/sessions'));
    await sessions.again();
  }
  const others = (sessions.value?.items ?? []).filter((session) => !session.current).length;
  return (
    <div class="stack">
      <h1>{t('more.devices')}</h1>
      <h2>{t('devices.sessions')}</h2>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <Answered asked={sessions}>
        {({ items }) =>
          items.map((session) => (
            <Card key={session.id}>
              <div class="row apart">
                <strong>{session.device_name || session.platform}</strong>
                {session.current && (
                  <State icon="saved" tone="good">
                    {t('devices.this_one')}
                  </State>
                )}
              </div>
              <p class="soft">{t('devices.used', { at: moment(session.used_at) })}</p>
              {!session.current && (
                <button
                  class="button danger"
                  type="button"
                  disabled={doing.busy}
                  onClick={() => void end(session.id)}
                >
                  {t('devices.end')}
                </button>
              )}
            </Card>
          ))
        }
      </Answered>
      {others > 1 && (
        <button
          class="button danger wide"
          type="button"
          disabled={doing.busy}
          onClick={() => void endOthers()}
        >
          {t('devices.end_others')}
        </button>
      )}
      <Password />
    </div>
  );
}

function Password() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [done, setDone] = useState(false);
  const doing = useDoing();
  async function change(event: Event) {
    event.preventDefault();
    setDone(false);
    const body = { current_password: current, new_password: next };
    if (await doing.run(() => ask('put', '/v1/me/password', { body }))) {
      setDone(true);
      setCurrent('');
      setNext('');
    }
  }
  return (
    <form class="stack" onSubmit={change}>
      <h2>{t('devices.password')}</h2>
      <PasswordField
        label={t('devices.current')}
        autoComplete="current-password"
        value={current}
        onValue={setCurrent}
      />
      <PasswordField
        label={t('activation.password')}
        hint={t('activation.password_hint')}
        autoComplete="new-password"
        value={next}
        onValue={setNext}
      />
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {done && <Notice tone="good">{t('devices.changed')}</Notice>}
      <button class="button primary wide" type="submit" disabled={doing.busy}>
        {t('devices.change')}
      </button>
    </form>
  );
}

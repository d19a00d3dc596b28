/** What may wake me, and when not; the inbox has everything anyway. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import { Notice } from '../parts/card';
import { Icon } from '../parts/icon';
import { t } from '../words/words';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import type { Asked } from '../parts/asked';
import { chosen, minuteOf, wallOf, wanted } from './choices';
import { useDoing } from '../parts/doing';
import { pushState, turnOff, turnOn } from './push';
import type { PushState } from './push';
import './notices.css';

type Preferences = Shape<'NoticePreferences'>;

const KINDS = [
  'at_risk',
  'slip',
  'recovery',
  'achieved',
  'nudge',
  'feedback_answered',
  'announcement',
] as const;
const USUAL_QUIET = { start_minute: 18 * 60, end_minute: 7 * 60 };

export default function NoticesScreen() {
  const preferences = useAsked('/v1/me/notice-preferences');
  return (
    <div class="stack">
      <h1>{t('more.notices')}</h1>
      <p>{t('notices.inbox_has_all')}</p>
      <Push />
      <Answered asked={preferences}>
        {(value) => <Choices value={value} asked={preferences} />}
      </Answered>
    </div>
  );
}

/** Whether this phone is woken. */
function Push() {
  const [state, setState] = useState<PushState | null>(null);
  const doing = useDoing();
  useEffect(() => {
    pushState().then(setState, () => setState('unsupported'));
  }, []);
  if (!state) return null;
  return (
    <section class="stack tight">
      <h2>{t('notices.this_phone')}</h2>
      <p>{t(`notices.push_${state}`)}</p>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {(state === 'on' || state === 'off') && (
        <button
          class={state === 'off' ? 'button primary' : 'button'}
          type="button"
          disabled={doing.busy}
          onClick={() =>
            void doing.run(async () => setState(await (state === 'off' ? turnOn() : turnOff())))
          }
        >
          <Icon name="bell" />
          {t(state === 'off' ? 'notices.turn_on' : 'notices.turn_off')}
        </button>
      )}
    </section>
  );
}

function Choices({ value, asked }: { value: Preferences; asked: Asked<Preferences> }) {
  const [wished, setWished] = useState<Preferences | null>(null);
  const shown = wished ?? value;
  const newest = useRef<Preferences | null>(null);
  const telling = useRef(false);
  const doing = useDoing();
  const quiet = shown.quiet_hours;

  /** Shown at once; taken back when the office does not take it. Of quick taps the last one stays. */
  async function change(next: Preferences) {
    setWished((newest.current = next));
    if (telling.current) return;
    telling.current = true;
    await doing.run(async () => {
      for (let body: Preferences | null = null; body !== newest.current;) {
        body = newest.current;
        if (body) await ask('put', '/v1/me/notice-preferences', { body });
      }
      await asked.again();
    });
    telling.current = false;
    setWished(null);
  }
  function hours(part: Partial<typeof USUAL_QUIET>) {
    void change({ ...shown, quiet_hours: { ...USUAL_QUIET, ...quiet, ...part } });
  }

  return (
    <>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      <section class="stack tight">
        <h2>{t('notices.kinds')}</h2>
        {KINDS.map((kind) => {
          const on = wanted(shown.preferences ?? [], kind);
          return (
            <button
              key={kind}
              class="switch"
              type="button"
              role="switch"
              aria-checked={on}
              onClick={() =>
                void change({
                  ...shown,
                  preferences: chosen(shown.preferences ?? [], kind, !on),
                })
              }
            >
              <span>{t(`notices.kind_${kind}`)}</span>
              <strong>{t(on ? 'app.on' : 'app.off')}</strong>
            </button>
          );
        })}
      </section>
      <section class="stack tight">
        <h2>{t('notices.quiet')}</h2>
        <p class="soft">{t(quiet ? 'notices.quiet_own' : 'notices.quiet_usual')}</p>
        {quiet ? (
          <div class="hours">
            <Hour
              label={t('notices.from')}
              minute={quiet.start_minute}
              onMinute={(minute) => hours({ start_minute: minute })}
            />
            <Hour
              label={t('notices.to')}
              minute={quiet.end_minute}
              onMinute={(minute) => hours({ end_minute: minute })}
            />
          </div>
        ) : null}
        <button
          class="button"
          type="button"
          disabled={doing.busy}
          onClick={() => void change({ ...shown, quiet_hours: quiet ? null : USUAL_QUIET })}
        >
          {t(quiet ? 'notices.quiet_drop' : 'notices.quiet_set')}
        </button>
      </section>
    </>
  );
}

interface HourProps {
  label: string;
  minute: number;
  onMinute: (minute: number) => void;
}

function Hour({ label, minute, onMinute }: HourProps) {
  return (
    <label class="field">
      <span class="label">{label}</span>
      <input
        type="time"
        value={wallOf(minute)}
        onChange={(event) => {
          const read = minuteOf(event.currentTarget.value);
          if (read !== null) onMinute(read);
        }}
      />
    </label>
  );
}

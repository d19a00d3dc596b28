/** The frame: connection and unsent reports always in the same corner, navigation at the thumb. */
import { useEffect, useRef } from 'preact/hooks';
import { focusOn } from '../parts/focus';
import { Icon } from '../parts/icon';
import type { IconName } from '../parts/icon';
import { Mark } from '../parts/mark';
import { connection, unsent } from '../store/signals';
import { leads, me, standing } from '../store/session';
import { t } from '../words/words';
import { NewerApp } from './newer_app';
import { behindTheDoor, go, path } from './router';
import { ROUTES } from './routes';
import { found, Guarded, Loaded } from './screen';

const CONNECTION_ICONS: Record<typeof connection.value, IconName> = {
  live: 'online',
  slow: 'online',
  connecting: 'again',
  offline: 'offline',
  signed_out: 'lock',
};

/** The path that a person starts at. */
export function home(): string {
  return leads.value ? '/feed' : '/today';
}

export function App() {
  const at = path.value;
  const here = found(at);
  const nobody = standing.value === 'nobody';
  const wasNobody = useRef(nobody);
  const arrive = useArrival();
  useEffect(() => {
    const asksFirst = wasNobody.current; // whoever has just left wants nothing more
    wasNobody.current = nobody;
    if (path.peek() !== at) return; // a notice has led elsewhere meanwhile
    if (at === '/') go(nobody ? '/sign-in' : home(), { replace: true });
    else if (nobody && here && !here.route.open) {
      if (asksFirst) behindTheDoor.value = at + location.search;
      go('/sign-in', { replace: true });
    }
  }, [at, nobody]);
  if (at === '/' || (nobody && here && !here.route.open)) return null;
  if (here?.route.open) {
    return (
      <main class="doorstep">
        <Guarded at={at}>
          <Loaded route={here.route} fills={here.fills} onDrawn={arrive} />
        </Guarded>
      </main>
    );
  }
  return <Shell at={at} onDrawn={arrive} />;
}

/** Says which screen stands: in the window's title, and to whoever listens, by its heading. */
function useArrival(): () => void {
  const started = useRef(false);
  return () => {
    const heading = document.querySelector('h1');
    if (heading) document.title = `${heading.textContent} · ${t('app.name')}`;
    // The first screen takes nothing; a window that opens is read out from its top.
    if (started.current) focusOn(heading ?? document.getElementById('main'));
    started.current ||= heading !== null;
  };
}

function Shell({ at, onDrawn }: { at: string; onDrawn: () => void }) {
  const main = useRef<HTMLElement>(null);
  const here = found(at);
  useEffect(() => {
    if (!here) onDrawn(); // a screen says so itself
  }, [at]);
  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => (event.preventDefault(), main.current?.focus())}
      >
        {t('app.skip')}
      </a>
      <header>
        <Mark />
        <strong>{t('app.name')}</strong>
        <span class="grow" />
        <Connection />
        <Unsent />
      </header>
      <main id="main" ref={main} tabIndex={-1} class={here?.route.broad ? 'broad' : undefined}>
        <NewerApp />
        <Guarded at={at}>
          {here ? (
            <Loaded route={here.route} fills={here.fills} onDrawn={onDrawn} key={at} />
          ) : (
            <NotHere />
          )}
        </Guarded>
      </main>
      <Navigation at={at} />
    </div>
  );
}

function Connection() {
  const state = connection.value;
  if (state === 'signed_out') {
    return (
      <a class="connection signed_out" href="/sign-in">
        <Icon name="lock" size={20} />
        {t('connection.signed_out')}
      </a>
    );
  }
  return (
    <span class={`connection ${state}`} role="status">
      <Icon name={CONNECTION_ICONS[state]} size={20} />
      {t(`connection.${state}`)}
    </span>
  );
}

function Unsent() {
  const waiting = unsent.value;
  if (!waiting) return null;
  return (
    <a class="unsent numbers" href="/outbox" aria-label={t('unsent.count', { n: waiting })}>
      <Icon name="outbox" size={20} />
      {waiting}
    </a>
  );
}

function Navigation({ at }: { at: string }) {
  if (!me.value) return null;
  const whom = leads.value ? 'lead' : 'staff';
  const shown = ROUTES.flatMap((route) =>
    route.nav && (route.whom ?? whom) === whom ? [{ path: route.path, ...route.nav }] : [],
  ).sort((one, other) => one.order - other.order);
  return (
    <nav aria-label={t('app.menu')}>
      <ul>
        {shown.map((each) => (
          <li key={each.path}>
            <a href={each.path} aria-current={at === each.path ? 'page' : undefined}>
              <Icon name={each.icon} />
              {t(each.label)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function NotHere() {
  return (
    <div class="stack">
      <h1>{t('app.not_here')}</h1>
      <a class="button primary" href={home()}>
        {t(leads.value ? 'app.to_feed' : 'app.to_today')}
      </a>
    </div>
  );
}

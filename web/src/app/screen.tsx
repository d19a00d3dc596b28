/** Draws the screen of the path: loads it, says so when it takes long, and when it breaks. */
import { Component } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice, Skeleton } from '../parts/card';
import { leads } from '../store/session';
import { speakAlso, t } from '../words/words';
import type { Part } from '../words/words';
import { matched } from './router';
import { ROUTES } from './routes';
import type { Route, Screen, ScreenProps } from './routes';

const loaded = new Map<Route, Screen>();

/** Screens that are here from the start, by the paths of their routes. */
export function haveScreens(screens: Readonly<Record<string, Screen>>): void {
  for (const route of ROUTES) {
    const screen = screens[route.path];
    if (screen) loaded.set(route, screen);
  }
}

/** The first route that the path fits, with the fills of its pattern. */
export function found(at: string): { route: Route; fills: Record<string, string> } | null {
  for (const route of ROUTES) {
    const fills = matched(route.path, at);
    if (fills) return { route, fills };
  }
  return null;
}

/** The words that a screen needs besides those that are there from the start. */
function wordsOf(route: Route): Part[] {
  const parts: Part[] = route.words ? [route.words] : [];
  return route.whom === 'lead' || leads.value ? [...parts, 'lead'] : parts;
}

interface LoadedProps extends ScreenProps {
  route: Route;
  /** The screen stands, or it is said that it cannot be had. */
  onDrawn: () => void;
}

export function Loaded({ route, fills, onDrawn }: LoadedProps) {
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let wanted = true;
    if (loaded.has(route) || !route.load) return setState('ready');
    setState('loading');
    Promise.all([route.load(), ...wordsOf(route).map(speakAlso)]).then(
      ([file]) => {
        loaded.set(route, file.default);
        if (wanted) setState('ready');
      },
      () => wanted && setState('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [route, attempt]);
  const Shown = loaded.get(route);
  const drawn = Boolean(Shown) || state === 'failed';
  useEffect(() => {
    if (drawn) onDrawn();
  }, [route, drawn]);
  if (Shown) return <Shown fills={fills} />;
  // Twice in a row with signal: this build is gone from the service, the page has to be a newer one.
  const again = () => (attempt && navigator.onLine ? location.reload() : setAttempt(attempt + 1));
  if (state === 'failed') return <Broken onAgain={again} />;
  return (
    <div role="status" aria-label={t('app.loading')}>
      <Skeleton />
    </div>
  );
}

function Broken({ onAgain }: { onAgain: () => void }) {
  return (
    <div class="stack">
      <Notice tone="wrong">
        <h1>{t('app.broken')}</h1>
      </Notice>
      <button class="button" type="button" onClick={onAgain}>
        {t('app.again')}
      </button>
    </div>
  );
}

/** A screen that throws takes nothing else down; trying again draws it anew. */
export class Guarded extends Component<{ at: string }, { broken: boolean; at: string }> {
  override state = { broken: false, at: this.props.at };

  static override getDerivedStateFromProps(props: { at: string }, state: { at: string }) {
    return props.at === state.at ? null : { broken: false, at: props.at };
  }

  override componentDidCatch(error: unknown) {
    console.error(error);
    this.setState({ broken: true });
  }

  override render() {
    if (this.state.broken) return <Broken onAgain={() => this.setState({ broken: false })} />;
    return this.props.children;
  }
}

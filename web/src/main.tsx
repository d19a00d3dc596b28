/** Starts the app: words and who we are from this phone, then the screen; the network comes after. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import './tokens.css';
import './house.css';
import './parts/parts.css';
import './app/shell.css';
import { useKeys } from './api/client';
import { officeNow } from './api/clock';
import { firstLanguage } from './app/own_language';
import { keepInstallOffer } from './store/install';
import { startPhone } from './app/phone';
import { followAddress } from './app/router';
import { haveScreens } from './app/screen';
import { App } from './app/shell';
import SignIn from './app/sign_in';
import { dress } from './app/theme';
import {
  followOtherTabs,
  me,
  refreshMe,
  rememberSession,
  sessionKeys,
  standing,
} from './store/session';
import Report from './staff/report';
import Today from './staff/today';
import { useClock, zone } from './words/dates';
import { speak } from './words/words';

async function start(): Promise<void> {
  haveScreens({ '/sign-in': SignIn, '/today': Today, '/report': Report });
  dress();
  keepInstallOffer();
  followAddress();
  useKeys(sessionKeys);
  useClock(officeNow);
  followOtherTabs();
  await Promise.all([speak(firstLanguage()), rememberSession()]);
  // A token is asked for while the screen is drawn: everything that it asks for needs one.
  if (standing.value === 'signed_in') void sessionKeys.access().catch(() => undefined);
  effect(() => {
    if (me.value) zone.value = me.value.zone;
  });
  const root = document.getElementById('app');
  if (root) render(<App />, root);
  await startPhone();
  if (standing.value === 'signed_in') await refreshMe().catch(() => undefined);
}

start().catch((error: unknown) => {
  console.error(error);
  const nothing = !document.getElementById('app')?.hasChildNodes();
  document.getElementById('broken')!.hidden = !nothing; // where no data may be kept, or on a cut line
});

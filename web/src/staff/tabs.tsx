/** Screens that belong together, as links above them. */
import { path } from '../app/router';
import { t } from '../words/words';
import type { Key } from '../words/words';
import './tabs.css';

export function Tabs({ of }: { of: readonly { to: string; label: Key }[] }) {
  return (
    <ul class="row tabs">
      {of.map(({ to, label }) => (
        <li key={to}>
          <a class="chip" href={to} aria-current={path.value === to ? 'page' : undefined}>
            {t(label)}
          </a>
        </li>
      ))}
    </ul>
  );
}

export const INBOX_TABS = [
  { to: '/inbox', label: 'inbox.notices' },
  { to: '/feedback', label: 'inbox.feedback' },
] as const;

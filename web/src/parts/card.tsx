/** A card, a state (word, icon and colour together) and a notice inside the page. */
import type { ComponentChildren } from 'preact';
import { Icon } from './icon';
import type { IconName } from './icon';

export type Tone = 'calm' | 'good' | 'care' | 'wrong';

interface CardProps {
  children: ComponentChildren;
  label?: string;
  id?: string;
}

export function Card({ children, label, id }: CardProps) {
  return (
    <article class="card" aria-label={label} id={id}>
      {children}
    </article>
  );
}

interface StateProps {
  icon: IconName;
  tone: Tone;
  children: ComponentChildren;
}

export function State({ icon, tone, children }: StateProps) {
  return (
    <span class={`state ${tone}`}>
      <Icon name={icon} size={20} />
      {children}
    </span>
  );
}

const NOTICE_ICONS: Record<Tone, IconName> = {
  calm: 'info',
  good: 'sent',
  care: 'warning',
  wrong: 'alarm',
};

interface NoticeProps {
  tone?: Tone;
  children: ComponentChildren;
}

/** Says something in its place. One that is `wrong` is read out at once. */
export function Notice({ tone = 'calm', children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'wrong' ? 'alert' : 'status'}>
      <Icon name={NOTICE_ICONS[tone]} />
      <div>{children}</div>
    </div>
  );
}

/** Lines that stand for what is on its way; seen only when that takes longer than 300 ms. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="stack tight" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <div class="skeleton" key={index} />
      ))}
    </div>
  );
}

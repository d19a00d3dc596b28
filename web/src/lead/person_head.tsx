/** The top of a card: whose it is, with the way to them, and when it came. */
import type { ComponentChildren } from 'preact';
import { moment } from '../words/dates';

interface PersonHeadProps {
  id: string;
  name: string;
  at?: string | null;
  /** Below the name, such as the year of an agreement. */
  children?: ComponentChildren;
}

export function PersonHead({ id, name, at, children }: PersonHeadProps) {
  return (
    <div class="head">
      <div>
        <a class="who" href={`/people/${id}`}>
          {name}
        </a>
        {children}
      </div>
      {at && (
        <time class="soft numbers" dateTime={at}>
          {moment(at)}
        </time>
      )}
    </div>
  );
}

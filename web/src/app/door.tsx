/** What both forms at the door have in common: whose NIP it is, how it goes, and the language. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Notice } from '../parts/card';
import { useDoing } from '../parts/doing';
import { Field } from '../parts/field';
import { Mark } from '../parts/mark';
import { t } from '../words/words';
import type { Key } from '../words/words';
import { LanguageChoice } from './language_choice';
import { behindTheDoor, go } from './router';

interface DoorProps {
  head: ComponentChildren;
  /** The NIP to begin with. */
  nip: string;
  /** What is asked for besides. */
  fields: ComponentChildren;
  word: Key;
  enter: (nip: string) => Promise<void>;
  /** Other ways from here. */
  children: ComponentChildren;
}

export function Door({ head, nip: first, fields, word, enter, children }: DoorProps) {
  const [nip, setNip] = useState(first);
  const doing = useDoing();
  async function submit(event: Event) {
    event.preventDefault();
    if (await doing.run(() => enter(nip))) {
      go(behindTheDoor.peek(), { replace: true });
      behindTheDoor.value = '/';
    }
  }
  return (
    <form class="stack" onSubmit={submit}>
      <Mark size={64} />
      {head}
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
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
      {fields}
      <button class="button primary wide" type="submit" disabled={doing.busy}>
        {t(doing.busy ? 'sign_in.going' : word)}
      </button>
      {children}
      <LanguageChoice />
    </form>
  );
}

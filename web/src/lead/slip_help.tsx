/** A target that fell behind, said as help: what it takes, what may be behind it, what to do. */
import { useState } from 'preact/hooks';
import type { Shape } from '../api/types';
import type { SlipContent } from '../live/messages';
import { Icon } from '../parts/icon';
import { number, t } from '../words/words';
import { sayOnTarget } from './answers';
import { contactOf, contactSaid } from './contact';
import { HelpOffer } from './help_offer';
import { board } from './scope';
import { WordForm } from './word_form';

interface SlipHelpProps {
  personId: string;
  targetId: string;
  target: Shape<'TargetView'> | undefined;
  turn?: Pick<SlipContent, 'needed' | 'unit_of_measure'>;
}

export function SlipHelp({ personId, targetId, target, turn }: SlipHelpProps) {
  const [open, setOpen] = useState<'word' | 'help' | null>(null);
  const person = board().value.value?.people.find((each) => each.employee_id === personId);
  const daily = target?.pace.needed_per_working_day;
  const days = target?.pace.working_days_left ?? 0;
  const unit = target?.unit_of_measure ?? turn?.unit_of_measure ?? '';
  const over = target && ['on_track', 'achieved'].includes(target.pace.state);
  if (over) return <p class="soft">{t('lead.slip_over')}</p>;
  return (
    <div class="stack tight">
      <ul class="steps">
        {daily != null && days > 0 ? (
          <li>{t('lead.do_daily', { daily: number(daily), unit, n: days })}</li>
        ) : (
          turn?.needed != null && (
            <li>{t('lead.do_needed', { needed: number(turn.needed), unit })}</li>
          )
        )}
        {person && contactOf(person, Date.now()) !== 'heard' && (
          <li>
            {contactSaid(person, Date.now())} {t('lead.do_call')}
          </li>
        )}
        {person && person.waiting > 0 && <li>{t('lead.do_answer', { n: person.waiting })}</li>}
      </ul>
      <div class="actions">
        <button
          class="button"
          type="button"
          aria-expanded={open === 'word'}
          onClick={() => setOpen(open === 'word' ? null : 'word')}
        >
          <Icon name="comment" size={20} />
          {t('lead.suggest')}
        </button>
        <button
          class="button"
          type="button"
          aria-expanded={open === 'help'}
          onClick={() => setOpen(open === 'help' ? null : 'help')}
        >
          <Icon name="people" size={20} />
          {t('lead.offer_help')}
        </button>
      </div>
      {open === 'word' && (
        <WordForm
          kind="suggestion"
          indicator={target?.indicator ?? ''}
          send={(word) => sayOnTarget(targetId, word)}
        />
      )}
      {open === 'help' && <HelpOffer personId={personId} />}
    </div>
  );
}

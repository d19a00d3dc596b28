/** When something was done. */
import { useId, useState } from 'preact/hooks';
import { officeNow } from '../api/clock';
import { moment, zone } from '../words/dates';
import { t } from '../words/words';
import { instantOf, wallTime } from './wall_time';

interface WhenProps {
  value: string | null;
  onValue: (value: string | null) => void;
}

/** Now, unless the person says another time; in the zone of their unit. */
export function When({ value, onValue }: WhenProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  if (!open && !value) {
    return (
      <div class="row apart">
        <span>{t('report.now')}</span>
        <button class="button quiet" type="button" onClick={() => setOpen(true)}>
          {t('report.other_time')}
        </button>
      </div>
    );
  }
  const now = wallTime(officeNow(), zone.value);
  return (
    <div class="field">
      <label for={id}>{t('report.when')}</label>
      <input
        id={id}
        type="datetime-local"
        max={now}
        value={value ? wallTime(value, zone.value) : now}
        onInput={(event) => onValue(instantOf(event.currentTarget.value, zone.value))}
      />
      {value && <span class="hint">{moment(value)}</span>}
    </div>
  );
}

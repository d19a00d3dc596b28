/** A quantity: typed, or one more and one less under the thumb. */
import { useId } from 'preact/hooks';
import { Icon } from '../parts/icon';
import { t } from '../words/words';
import { read, written } from '../words/amounts';

interface StepperProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  error?: string;
}

export function Stepper({ label, value, onValue, error }: StepperProps) {
  const id = useId();
  function step(by: number) {
    onValue(written(Math.max(0, (read(value) ?? 0) + by)));
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="stepper">
        <button class="button" type="button" onClick={() => step(-1)}>
          <Icon name="minus" label={t('report.less')} />
        </button>
        <input
          id={id}
          class="numbers"
          inputMode="decimal"
          autoComplete="off"
          value={value}
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
        <button class="button" type="button" onClick={() => step(1)}>
          <Icon name="plus" label={t('report.plus')} />
        </button>
      </div>
      {error && (
        <span class="state wrong" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  );
}

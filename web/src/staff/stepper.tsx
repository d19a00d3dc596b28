/** A quantity: typed, or one more and one less under the thumb. */
import { Icon } from '../parts/icon';
import { Labelled } from '../parts/labelled';
import { read, written } from '../words/amounts';
import { t } from '../words/words';

interface StepperProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  error?: string;
}

export function Stepper({ label, value, onValue, error }: StepperProps) {
  function step(by: number) {
    onValue(written(Math.max(0, (read(value) ?? 0) + by)));
  }
  return (
    <Labelled label={label} error={error}>
      {(tie) => (
        <div class="stepper">
          <button class="button" type="button" onClick={() => step(-1)}>
            <Icon name="minus" label={t('report.less')} />
          </button>
          <input
            class="numbers"
            inputMode="decimal"
            autoComplete="off"
            value={value}
            onInput={(event) => onValue(event.currentTarget.value)}
            {...tie}
          />
          <button class="button" type="button" onClick={() => step(1)}>
            <Icon name="plus" label={t('report.plus')} />
          </button>
        </div>
      )}
    </Labelled>
  );
}

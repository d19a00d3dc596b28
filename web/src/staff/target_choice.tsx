/** Toward which target a report goes. */
import type { Target } from '../parts/pace';
import { t } from '../words/words';

interface TargetChoiceProps {
  targets: readonly Pick<Target, 'id' | 'indicator'>[];
  chosen: string | null;
  onChoose: (targetId: string) => void;
  error: string;
}

export function TargetChoice({ targets, chosen, onChoose, error }: TargetChoiceProps) {
  return (
    <fieldset class="choice">
      <legend>{t('report.target')}</legend>
      {targets.map((target) => (
        <label key={target.id} class="option">
          <input
            type="radio"
            name="target"
            checked={chosen === target.id}
            onChange={() => onChoose(target.id)}
          />
          {target.indicator}
        </label>
      ))}
      {!targets.length && <p>{t('report.no_target_then')}</p>}
      {error && (
        <span class="state wrong" role="alert">
          {error}
        </span>
      )}
    </fieldset>
  );
}

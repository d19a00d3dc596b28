/** What every report says, whoever types it: toward which target, how much of it, and a note. */
import type { Shape } from '../api/types';
import { TextArea } from '../parts/text_area';
import type { Draft } from '../store/signals';
import { t } from '../words/words';
import { Stepper } from './stepper';
import { TargetChoice } from './target_choice';

type Goal = Pick<Shape<'MenteeTarget'>, 'id' | 'indicator' | 'unit_of_measure' | 'aspect'>;
type Said = Pick<Draft, 'targetId' | 'quantity' | 'note'>;

interface ReportFieldsProps {
  targets: readonly Goal[];
  typed: Said;
  /** `typed.quantity` as a number; null: it is none. */
  quantity: number | null;
  /** To save or to send was tapped: from then on it is said what is missing. */
  asked: boolean;
  onChange: (part: Partial<Said>) => void;
  onTarget?: (targetId: string) => void;
}

export function ReportFields(props: ReportFieldsProps) {
  const { targets, typed, quantity, asked, onChange } = props;
  const target = targets.find((each) => each.id === typed.targetId);
  const measured = target?.aspect === 'quality' || target?.aspect === 'time';
  const unit = target?.unit_of_measure ?? '';
  return (
    <>
      <TargetChoice
        targets={targets}
        chosen={typed.targetId}
        onChoose={props.onTarget ?? ((targetId) => onChange({ targetId }))}
        error={asked && !target ? t('report.which') : ''}
      />
      <Stepper
        label={
          target
            ? t(measured ? 'report.measured' : 'report.how_much', { unit })
            : t('report.amount')
        }
        value={typed.quantity}
        onValue={(value) => onChange({ quantity: value })}
        error={asked && quantity === null ? t('report.no_number') : ''}
      />
      <TextArea
        label={t('report.note')}
        hint={t('report.note_hint')}
        value={typed.note}
        onValue={(note) => onChange({ note })}
        rows={2}
      />
    </>
  );
}

/** Appraisals that wait for me: each is decided on its own screen, with its evidence beside it. */
import type { Shape } from '../api/types';
import type { Asked } from '../parts/asked';
import { me } from '../store/session';
import { t } from '../words/words';
import { AppraisalLine, ordered } from './appraisals';
import { over } from './decision';
import { decides, units } from './scope';

type Appraisal = Shape<'AppraisalView'>;
const TO_DECIDE: readonly Appraisal['state'][] = ['reopened', 'self_assessed', 'open'];
const MOST_SHOWN = 5; // the rest on the screen of all appraisals

/** Those whose time is over and that I decide; of objections those to decisions right below me. */
export function waitingAppraisals(appraisals: readonly Appraisal[]): Appraisal[] {
  const now = Date.now();
  return appraisals.filter((each) =>
    each.state === 'objected'
      ? each.decided_by !== me.value?.employee.id && isRightBelow(each.unit_id)
      : TO_DECIDE.includes(each.state) &&
        over(each, now) &&
        decides(each.employee_id, each.unit_id),
  );
}

/** An objection goes to whoever heads the unit above. */
function isRightBelow(unitId: string): boolean {
  const parent = units().value.value?.find((unit) => unit.id === unitId)?.parent_id;
  return Boolean(parent && me.value?.headships.some((each) => each.unit_id === parent));
}

export function Appraisals({ appraisals }: { appraisals: Asked<{ items: Appraisal[] }> }) {
  const waiting = ordered(waitingAppraisals(appraisals.value?.items ?? []));
  const rest = waiting.length - MOST_SHOWN;
  if (!waiting.length) return null;
  return (
    <>
      {waiting.slice(0, MOST_SHOWN).map((each) => (
        <AppraisalLine appraisal={each} key={each.id} />
      ))}
      {rest > 0 && (
        <a class="button" href="/lead/appraisals">
          {t('lead.appraisals_more', { n: rest })}
        </a>
      )}
    </>
  );
}

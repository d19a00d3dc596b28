/** How a target went: opened by a tap, then the chart, what it says in words, and its numbers. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { Skeleton } from '../parts/card';
import { Icon } from '../parts/icon';
import { shortDay } from '../words/dates';
import { number, t } from '../words/words';
import { behindSince, lastKnown, sampled } from './course';
import type { CourseDay } from './course';

const MOST_ROWS = 12;

interface CourseProps {
  targetId: string;
  unit: string;
}

export function Course({ targetId, unit }: CourseProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button class="button" type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="board" size={20} />
        {t('lead.course')}
      </button>
      {open && <Opened targetId={targetId} unit={unit} />}
    </>
  );
}

function Opened({ targetId, unit }: CourseProps) {
  const course = useAsked('/v1/targets/{target_id}/course', { path: { target_id: targetId } });
  return <Answered asked={course}>{({ days }) => <Shown days={days} unit={unit} />}</Answered>;
}

type Chart = ComponentType<{
  days: readonly CourseDay[];
  reading: string;
  onDay: (day: CourseDay | null) => void;
}>;

function Shown({ days, unit }: { days: readonly CourseDay[]; unit: string }) {
  const [file, setFile] = useState<{ Chart: Chart } | null>(null);
  const [missing, setMissing] = useState(false);
  const [pointed, setPointed] = useState<CourseDay | null>(null);
  useEffect(() => {
    import('./course_chart').then(
      (loaded) => setFile({ Chart: loaded.default }),
      () => setMissing(true), // the words and the table say the same
    );
  }, []);
  const last = lastKnown(days);
  if (!last) return <p class="soft">{t('lead.course_none')}</p>;
  const since = behindSince(days);
  const reading = `${saidOf(last, unit)} ${
    since ? t('lead.course_behind', { day: shortDay(since.day) }) : t('lead.course_level')
  }`;
  return (
    <div class="stack tight">
      {file && <file.Chart days={days} reading={reading} onDay={setPointed} />}
      {!file && !missing && <Skeleton lines={4} />}
      <p class="numbers">{pointed ? saidOf(pointed, unit) : reading}</p>
      <ul class="row legend soft">
        <li class="done">{t('lead.line_done')}</li>
        <li class="expected">{t('lead.line_expected')}</li>
      </ul>
      <details>
        <summary>{t('lead.course_table')}</summary>
        <Table days={sampled(days, MOST_ROWS)} />
      </details>
    </div>
  );
}

/** One day: how much there was, and what pace asked for. */
function saidOf({ day, done, expected }: CourseDay, unit: string): string {
  const fills = { day: shortDay(day), expected: number(expected ?? 0), unit };
  if (done == null) return t('lead.course_ahead', fills);
  return t(expected == null ? 'lead.course_done' : 'lead.course_at', { ...fills, done });
}

function Table({ days }: { days: readonly CourseDay[] }) {
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">{t('lead.course_day')}</th>
          <th scope="col">{t('lead.line_done')}</th>
          <th scope="col">{t('lead.line_expected')}</th>
        </tr>
      </thead>
      <tbody>
        {days.map((each) => (
          <tr key={each.day}>
            <th scope="row">{shortDay(each.day)}</th>
            <td>{number(each.done ?? 0)}</td>
            <td>{each.expected == null ? '–' : number(each.expected)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Questions of people who ask for a word on their work; a word that names the question answers it. */
import { useState } from 'preact/hooks';
import type { Asked } from '../parts/asked';
import type { Shape } from '../api/types';
import { Icon } from '../parts/icon';
import { month } from '../words/dates';
import { t } from '../words/words';
import { sayOnPeriod, sayOnReport, sayOnTarget } from './answers';
import type { Arrival, Word } from './answers';
import { PersonHead } from './person_head';
import { targets } from './scope';
import { Became, useSettled } from './settled';
import { WordForm } from './word_form';

type Question = Shape<'FeedbackRequestView'>;

export function Questions({ questions }: { questions: Asked<Question[]> }) {
  const { all, said, settle } = useSettled(questions.value ?? []);
  return (
    <>
      {all.map((each) => (
        <article
          class="card"
          key={each.id}
          aria-label={t('lead.question_of', { name: each.employee_name })}
        >
          <PersonHead id={each.employee_id} name={each.employee_name} at={each.made_at} />
          <About question={each} />
          <p class="note">{each.question}</p>
          <Became said={said(each.id)} />
          {!said(each.id) && (
            <Answering
              question={each}
              onDone={(arrival) => {
                settle(each, t(arrival === 'done' ? 'lead.question_answered' : 'lead.kept'));
                void questions.again();
              }}
            />
          )}
        </article>
      ))}
    </>
  );
}

/** What the question is about, with the way to it. */
function About({ question }: { question: Question }) {
  const { report_id: report, target_id: target, period } = question;
  if (report) {
    return (
      <p>
        <a href={`/reports/${report}`}>{t('lead.about_report')}</a>
      </p>
    );
  }
  if (target)
    return <p class="soft">{targets.value.get(target)?.indicator ?? t('lead.about_target')}</p>;
  return (
    <p class="soft">
      {period && (period.length === 7 && !period.includes('Q') ? month(period) : period)}
    </p>
  );
}

function Answering({ question, onDone }: { question: Question; onDone: (how: Arrival) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button class="button" type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="comment" size={20} />
        {t('lead.question_answer')}
      </button>
      {open && (
        <WordForm
          kind="suggestion"
          indicator={targets.value.get(question.target_id ?? '')?.indicator}
          send={async (word) => {
            const arrival = await answered(question, word);
            onDone(arrival);
            return arrival;
          }}
        />
      )}
    </>
  );
}

function answered(question: Question, word: Word): Promise<Arrival> {
  const { id: request_id, report_id, target_id, period, employee_id } = question;
  const answer = { ...word, request_id };
  if (report_id) return sayOnReport(report_id, answer);
  if (target_id) return sayOnTarget(target_id, answer);
  return sayOnPeriod(employee_id, { ...answer, period: period ?? '', about: question.question });
}

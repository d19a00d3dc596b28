/** One target of mine: where it stands, what changed about it, and proposing a change. */
import { useState } from 'preact/hooks';
import type { ScreenProps } from '../app/routes';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { Card } from '../parts/card';
import { Icon } from '../parts/icon';
import type { Target } from '../parts/pace';
import { me } from '../store/session';
import { moment, shortDay } from '../words/dates';
import { t } from '../words/words';
import { AskDialog, AskedFor } from './ask_feedback';
import { FeedbackCard } from './feedback_card';
import { Proposals } from './proposals';
import { ProposeChange } from './propose_change';
import { ReportLine } from './report_line';
import { Standing } from './target_card';
import { changeSaid } from './wishes';

const LAST_REPORTS = 5;

/** From the list that Today keeps, so that it stands without signal; else it is asked for. */
export default function TargetScreen({ fills }: ScreenProps) {
  const id = fills.id ?? '';
  const mine = useAsked('/v1/me/targets');
  const found = mine.value?.find((each) => each.id === id);
  if (found) return <OneTarget target={found} />;
  if (mine.loading && !mine.value) return <Answered asked={mine}>{() => null}</Answered>;
  return <OtherTarget id={id} />;
}

function OtherTarget({ id }: { id: string }) {
  const target = useAsked('/v1/targets/{target_id}', { path: { target_id: id } });
  return (
    <div class="stack">
      {!target.value && <h1>{t('target.title')}</h1>}
      <Answered asked={target}>{(found) => <OneTarget target={found} />}</Answered>
    </div>
  );
}

function OneTarget({ target }: { target: Target }) {
  const mine = target.employee_id === me.value?.employee.id;
  return (
    <div class="stack">
      <h1>{target.indicator}</h1>
      <Card label={target.indicator}>
        <Standing target={target} />
        <p class="soft">
          {t('target.period', {
            from: shortDay(target.period_start),
            to: shortDay(Date.parse(target.period_end) - 1),
          })}
        </p>
      </Card>
      {mine && <Ways target={target} />}
      <Reports target={target} />
      <Changes target={target} />
      <Words target={target} />
    </div>
  );
}

/** What I can do about it. */
function Ways({ target }: { target: Target }) {
  const [open, setOpen] = useState<'change' | 'question' | null>(null);
  const proposals = useAsked('/v1/people/{person_id}/target-proposals', {
    path: { person_id: target.employee_id },
  });
  const requests = useAsked('/v1/me/feedback-requests');
  const about = { target_id: target.id };
  const runs = target.stage === 'running' || target.stage === 'achieved';
  const done = (again: () => Promise<void>) => () => (setOpen(null), void again());
  return (
    <>
      <div class="stack tight">
        {runs && (
          <a class="button primary wide" href={`/report?target=${target.id}`}>
            <Icon name="report" />
            {t('target.report')}
          </a>
        )}
        {runs && (
          <button class="button wide" type="button" onClick={() => setOpen('change')}>
            <Icon name="edit" />
            {t('target.propose')}
          </button>
        )}
        <button class="button wide" type="button" onClick={() => setOpen('question')}>
          <Icon name="comment" />
          {t('feedback.ask')}
        </button>
      </div>
      <AskedFor asked={requests} about={about} />
      <Proposals asked={proposals} target={target} />
      {open === 'change' && (
        <ProposeChange
          target={target}
          onClose={() => setOpen(null)}
          onDone={done(proposals.again)}
        />
      )}
      {open === 'question' && (
        <AskDialog about={about} onClose={() => setOpen(null)} onDone={done(requests.again)} />
      )}
    </>
  );
}

/** What it stands on: the last reports, the newest first. */
function Reports({ target }: { target: Target }) {
  const query = { target_id: target.id, limit: LAST_REPORTS };
  const reports = useAsked('/v1/reports', { query }).value?.items ?? [];
  if (!reports.length) return null;
  return (
    <section class="stack tight">
      <h2>{t('target.reports')}</h2>
      {reports.map((report) => (
        <ReportLine key={report.id} report={report} at={moment(report.activity_at)} named={false} />
      ))}
    </section>
  );
}

/** By whom it was made another one, and why. */
function Changes({ target }: { target: Target }) {
  const changes = useAsked('/v1/targets/{target_id}/changes', { path: { target_id: target.id } });
  if (!changes.value?.length) return null;
  return (
    <section class="stack tight">
      <h2>{t('target.changes')}</h2>
      {[...changes.value].reverse().map((change) => (
        <Card key={change.at}>
          <p class="soft">{[moment(change.at), change.by_name].filter(Boolean).join(', ')}</p>
          <p class="numbers">{changeSaid(change, target.unit_of_measure)}</p>
          {change.reason && <p>{change.reason}</p>}
        </Card>
      ))}
    </section>
  );
}

function Words({ target }: { target: Target }) {
  const feedback = useAsked('/v1/targets/{target_id}/feedback', {
    path: { target_id: target.id },
  });
  if (!feedback.value?.length) return null;
  return (
    <section class="stack tight">
      <h2>{t('target.feedback')}</h2>
      {feedback.value.map((each) => (
        <FeedbackCard key={each.id} feedback={each} />
      ))}
    </section>
  );
}

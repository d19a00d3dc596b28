/** What citizens said of a unit's services: the index, then each verdict, with a reply within it. */
import { useState } from 'preact/hooks';
import { ask } from '../api/client';
import type { Shape } from '../api/types';
import { Notice, State } from '../parts/card';
import { Answered } from '../parts/answered';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';
import { TextArea } from '../parts/text_area';
import { me } from '../store/session';
import { moment } from '../words/dates';
import { number, t } from '../words/words';
import './lead.css';
import { myUnits } from './scope';

type Verdict = Shape<'VerdictView'>;

export default function VerdictsScreen({ fills }: { fills: Record<string, string> }) {
  const id = fills.id ?? myUnits()[0]?.id ?? '';
  const path = { unit_id: id };
  const [low, setLow] = useState(false);
  const index = useAsked('/v1/units/{unit_id}/satisfaction', { path });
  const verdicts = useAsked('/v1/units/{unit_id}/verdicts', {
    path,
    query: { low: low || undefined, limit: 100 },
  });
  return (
    <div class="stack">
      <h1>{t('lead.verdicts')}</h1>
      <Answered asked={index}>{(view) => <Index view={view} />}</Answered>
      <div class="row" role="group" aria-label={t('lead.filter')}>
        {[false, true].map((each) => (
          <button
            class="chip"
            type="button"
            key={String(each)}
            aria-pressed={low === each}
            onClick={() => setLow(each)}
          >
            {t(each ? 'lead.verdicts_low' : 'lead.filter_all')}
          </button>
        ))}
      </div>
      <Answered asked={verdicts}>
        {(page) =>
          page.verdicts.length ? (
            <ul class="stack">
              {page.verdicts.map((each) => (
                <li key={each.id}>
                  <VerdictCard verdict={each} onChange={() => void verdicts.again()} />
                </li>
              ))}
            </ul>
          ) : (
            <p class="soft">{t('lead.verdicts_none')}</p>
          )
        }
      </Answered>
    </div>
  );
}

function Index({ view }: { view: Shape<'SatisfactionView'> }) {
  if (view.index == null) return <p class="soft">{t('lead.index_none')}</p>;
  const { sample } = view;
  return (
    <div class="card">
      <p>
        <strong class="figure numbers">{number(view.index, 2)}</strong> {t('lead.index')} ·{' '}
        <span class="whole">{t('lead.grade', { grade: view.grade ?? '' })}</span>
      </p>
      <p class="soft numbers">{t('lead.responses', { n: view.responses, low: view.low })}</p>
      {sample.adequate === false && (
        <State icon="info" tone="care">
          {t('lead.sample_small', { needed: sample.needed ?? 0 })}
        </State>
      )}
    </div>
  );
}

function VerdictCard({ verdict, onChange }: { verdict: Verdict; onChange: () => void }) {
  return (
    <article class="card">
      <div class="head">
        <span>
          <strong>{verdict.service_name}</strong> <span class="soft">{verdict.point_name}</span>
        </span>
        <time class="soft numbers" dateTime={verdict.at}>
          {moment(verdict.at)}
        </time>
      </div>
      <div class="row">
        <State icon={verdict.low ? 'warning' : 'sent'} tone={verdict.low ? 'care' : 'good'}>
          {t(verdict.low ? 'lead.verdict_low' : 'lead.verdict_fine')}
        </State>
        <span class="numbers">{t('lead.verdict_index', { index: number(verdict.index, 2) })}</span>
      </div>
      {verdict.hidden ? (
        <p class="soft">{t('lead.verdict_hidden')}</p>
      ) : (
        verdict.comment && <p class="note">{verdict.comment}</p>
      )}
      {verdict.reply ? (
        <blockquote>
          <div>
            <strong>{verdict.replied_by_name}</strong>: {verdict.reply}
          </div>
        </blockquote>
      ) : (
        <Reply verdict={verdict} onChange={onChange} />
      )}
    </article>
  );
}

function Reply({ verdict, onChange }: { verdict: Verdict; onChange: () => void }) {
  const [open, setOpen] = useState<'reply' | 'hide' | null>(null);
  const [text, setText] = useState('');
  const doing = useDoing();
  async function submit(event: Event) {
    event.preventDefault();
    const path = { verdict_id: verdict.id };
    const done = await doing.run(() =>
      open === 'hide'
        ? ask('post', '/v1/verdicts/{verdict_id}/hiding', { path, body: { reason: text.trim() } })
        : ask('post', '/v1/verdicts/{verdict_id}/reply', { path, body: { reply: text.trim() } }),
    );
    if (done) onChange();
  }
  // HR and administrators hide; a head only answers.
  const hideable = verdict.comment && !verdict.hidden && Boolean(me.value?.roles.length);
  return (
    <>
      <div class="actions">
        <button
          class="button"
          type="button"
          aria-expanded={open === 'reply'}
          onClick={() => setOpen(open === 'reply' ? null : 'reply')}
        >
          {t('lead.reply')}
        </button>
        {hideable && (
          <button
            class="button"
            type="button"
            aria-expanded={open === 'hide'}
            onClick={() => setOpen(open === 'hide' ? null : 'hide')}
          >
            {t('lead.hide')}
          </button>
        )}
      </div>
      {open && (
        <form class="stack tight" onSubmit={submit}>
          <TextArea
            label={t(open === 'hide' ? 'lead.hide_reason' : 'lead.reply_label')}
            hint={t(open === 'hide' ? 'lead.hide_hint' : 'lead.reply_hint')}
            value={text}
            onValue={setText}
            required
          />
          {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
          <button class="button primary" type="submit" disabled={doing.busy || !text.trim()}>
            {t(doing.busy ? 'lead.going' : open === 'hide' ? 'lead.hide_now' : 'lead.reply_now')}
          </button>
        </form>
      )}
    </>
  );
}

/** A recap of a month as a document, and all of my data: made by the office, fetched when done. */
import { ask, send } from '../api/client';
import type { Shape } from '../api/types';
import { Card, Notice, State } from '../parts/card';
import { Icon } from '../parts/icon';
import { newId } from '../store/ids';
import { me } from '../store/session';
import { moment } from '../words/dates';
import { language, t } from '../words/words';
import { useAsked } from '../parts/asked';
import { useDoing } from '../parts/doing';

type Export = Shape<'ExportView'>;

export function Recaps({ period }: { period: string }) {
  const exports = useAsked('/v1/exports', { query: { limit: 10 } });
  const doing = useDoing();
  const mine = me.value?.employee.id;
  const shown = (exports.value ?? []).filter((each) =>
    each.kind === 'my_data' ? true : each.kind === 'person_recap' && each.employee_id === mine,
  );
  async function make(format: 'pdf' | 'xlsx') {
    const body = {
      id: newId(),
      kind: 'person_recap',
      employee_id: mine,
      period,
      format,
      language: language.value,
    } as const;
    await doing.run(() => ask('post', '/v1/exports', { body }));
    await exports.again();
  }
  async function makeMyData() {
    const body = { id: newId(), language: language.value };
    await doing.run(() => ask('post', '/v1/me/data-exports', { body }));
    await exports.again();
  }
  return (
    <section class="stack tight">
      <h2>{t('recap.title')}</h2>
      <button
        class="button wide"
        type="button"
        disabled={doing.busy}
        onClick={() => void make('pdf')}
      >
        <Icon name="paper" />
        {t('recap.make')}
      </button>
      <button
        class="button wide"
        type="button"
        disabled={doing.busy}
        onClick={() => void make('xlsx')}
      >
        <Icon name="board" />
        {t('recap.make_sheet')}
      </button>
      <button
        class="button wide"
        type="button"
        disabled={doing.busy}
        onClick={() => void makeMyData()}
      >
        <Icon name="export" />
        {t('recap.my_data')}
      </button>
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
      {shown.map((each) => (
        <ExportCard key={each.id} made={each} onAgain={exports.again} />
      ))}
    </section>
  );
}

function ExportCard({ made, onAgain }: { made: Export; onAgain: () => Promise<void> }) {
  const doing = useDoing();
  async function fetchFile() {
    const file = await send('get', `/v1/exports/${made.id}/file`);
    const address = URL.createObjectURL(await file.blob());
    const link = document.createElement('a');
    link.href = address;
    link.download = `denyut-${made.period ?? 'data'}.${made.format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
  const waiting = made.state === 'queued' || made.state === 'running';
  return (
    <Card>
      <div class="row apart">
        <strong>
          {made.kind === 'my_data'
            ? t('recap.my_data_name')
            : t('recap.name', { period: `${made.period ?? ''}, ${made.format.toUpperCase()}` })}
        </strong>
        <span class="soft">{moment(made.made_at)}</span>
      </div>
      <div class="row">
        {waiting && (
          <>
            <State icon="history" tone="calm">
              {t('recap.waiting')}
            </State>
            <button class="button" type="button" onClick={() => void onAgain()}>
              {t('recap.look')}
            </button>
          </>
        )}
        {made.state === 'done' && (
          <button
            class="button"
            type="button"
            disabled={doing.busy}
            onClick={() => void doing.run(fetchFile)}
          >
            <Icon name="export" />
            {t('recap.fetch')}
          </button>
        )}
        {made.state === 'failed' && (
          <State icon="warning" tone="care">
            {t('recap.failed')}
          </State>
        )}
        {made.state === 'expired' && (
          <State icon="history" tone="calm">
            {t('recap.expired')}
          </State>
        )}
      </div>
      {made.code && <p class="soft">{t('recap.code', { code: made.code })}</p>}
      {doing.error && <Notice tone="wrong">{doing.error}</Notice>}
    </Card>
  );
}

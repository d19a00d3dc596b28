/** Takes a photo off one's own report, as long as nobody has approved it: a face that slipped in. */
import { useState } from 'preact/hooks';
import { ask, said } from '../api/client';
import type { Shape } from '../api/types';
import { Notice } from '../parts/card';
import { t } from '../words/words';

interface TakeOffProps {
  sha256: string;
  reportId: string;
  onGone: () => void;
}

export function TakeOff({ sha256, reportId, onGone }: TakeOffProps) {
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const go = () => {
    setBusy(true);
    setError(null);
    takenOff(sha256, reportId).then(onGone, (problem: unknown) => {
      setBusy(false);
      setError(problem);
    });
  };
  if (!sure) {
    return (
      <button class="button quiet" type="button" onClick={() => setSure(true)}>
        {t('photo.take_off')}
      </button>
    );
  }
  return (
    <div class="stack tight" role="alert">
      <p>{t('photo.take_off_sure')}</p>
      {error !== null && <Notice tone="wrong">{said(error)}</Notice>}
      <button class="button danger" type="button" disabled={busy} onClick={go}>
        {t('photo.take_off_yes')}
      </button>
    </div>
  );
}

/** Asked for anew, so that a photo which arrived meanwhile stays. */
async function takenOff(sha256: string, reportId: string): Promise<void> {
  const path = { report_id: reportId };
  const known = await ask('get', '/v1/reports/{report_id}/evidence', { path });
  const evidence = known
    .filter((piece) => piece.reference !== sha256)
    .map(({ kind, reference }) => ({ kind, reference }));
  const body = { evidence } as Shape<'EvidenceChange'>;
  await ask('put', '/v1/reports/{report_id}/evidence', { path, body });
}

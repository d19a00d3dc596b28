/** What lies beside a report: photos to look at, links, and what is still on this phone. */
import { useEffect, useState } from 'preact/hooks';
import { ask, said } from '../api/client';
import type { Shape } from '../api/types';
import { Notice, State } from '../parts/card';
import { Dialog } from '../parts/dialog';
import { language, number, t } from '../words/words';
import { dropPhoto, photos } from './photos';
import { onItsWay } from './sending';
import { pictureOf } from './shown';
import type { PhotoSize } from './shown';
import { TakeOff } from './take_off';
import { Waiting } from './waiting';
import './evidence.css';

type Piece = Shape<'mobile_contract__quality__EvidenceView'>;

interface ReportPhotosProps {
  reportId: string;
  /** Mine, and not approved yet. */
  mayTakeOff?: boolean;
}

export default function ReportPhotos({ reportId, mayTakeOff }: ReportPhotosProps) {
  const [pieces, setPieces] = useState<readonly Piece[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [large, setLarge] = useState<string | null>(null);
  const [taken, setTaken] = useState(0);
  const here = photos.value.filter((photo) => photo.reportId === reportId);
  useEffect(() => {
    const stop = new AbortController();
    ask('get', '/v1/reports/{report_id}/evidence', {
      path: { report_id: reportId },
      signal: stop.signal,
    }).then(
      (found) => setPieces(found),
      (problem: unknown) => !stop.signal.aborted && setError(problem),
    );
    return () => stop.abort();
  }, [reportId, here.length, taken]);

  if (!pieces.length && !here.length) return null;
  return (
    <section class="stack tight" aria-label={t('photo.title')}>
      <ul class="photo-list">
        {pieces.map((piece, index) => (
          <li key={piece.reference}>
            <Beside
              piece={piece}
              reportId={reportId}
              number={index + 1}
              onOpen={() => setLarge(piece.reference)}
            />
          </li>
        ))}
        {here.map((photo, index) => (
          <li key={photo.id}>
            <Waiting photo={photo} alt={t('photo.number', { n: pieces.length + index + 1 })} />
            {photo.state === 'refused' && photo.problem ? (
              <>
                <Notice tone="wrong">{photo.problem.texts[language.value]}</Notice>
                <button class="button" type="button" onClick={() => void dropPhoto(photo.id)}>
                  {t('photo.drop')}
                </button>
              </>
            ) : (
              <State icon="saved" tone="calm">
                {onItsWay.value?.id === photo.id
                  ? t('photo.sending', {
                      percent: number(
                        Math.round((100 * onItsWay.value.sentBytes) / photo.bytes.byteLength),
                      ),
                    })
                  : t('photo.here')}
              </State>
            )}
          </li>
        ))}
      </ul>
      {error !== null && !pieces.length && <p class="soft">{said(error)}</p>}
      {large && (
        <Dialog title={t('photo.title')} onClose={() => setLarge(null)}>
          <Picture sha256={large} reportId={reportId} size="full" alt={t('photo.title')} />
          {mayTakeOff && (
            <TakeOff
              sha256={large}
              reportId={reportId}
              onGone={() => {
                setLarge(null);
                setTaken(taken + 1);
              }}
            />
          )}
        </Dialog>
      )}
    </section>
  );
}

interface BesideProps {
  piece: Piece;
  reportId: string;
  number: number;
  onOpen: () => void;
}

function Beside({ piece, reportId, number: n, onOpen }: BesideProps) {
  if (piece.reference.startsWith('https://')) {
    return (
      <a class="button" href={piece.reference} target="_blank" rel="noreferrer">
        {t('photo.link')}
      </a>
    );
  }
  if (!piece.held) return <p class="soft">{t('photo.not_yet')}</p>;
  const alt = t('photo.number', { n });
  return (
    <button class="photo-open" type="button" onClick={onOpen}>
      <Picture sha256={piece.reference} reportId={reportId} size="thumb" alt={alt} />
    </button>
  );
}

interface PictureProps {
  sha256: string;
  reportId: string;
  size: PhotoSize;
  alt: string;
}

function Picture({ sha256, reportId, size, alt }: PictureProps) {
  const [address, setAddress] = useState('');
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const stop = new AbortController();
    let made = '';
    pictureOf(sha256, reportId, size, stop.signal).then(
      (found) => {
        made = found;
        if (stop.signal.aborted) URL.revokeObjectURL(made);
        else setAddress(made);
      },
      (problem: unknown) => !stop.signal.aborted && setError(problem),
    );
    return () => {
      stop.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [sha256, reportId, size]);
  if (error !== null) return <span class="soft">{said(error)}</span>;
  return <img class={`photo ${size}`} src={address || undefined} alt={alt} />;
}

/** Photos of a report that is being written: taken, seen, taken away. They are sent after it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Notice, State } from '../parts/card';
import { Icon } from '../parts/icon';
import { PhoneFull } from '../store/database';
import { t } from '../words/words';
import { Unreadable } from './compress';
import { addPhoto, dropPhoto, MOST_PHOTOS, photos } from './photos';
import { Waiting } from './waiting';
import './evidence.css';

interface PhotoFieldProps {
  /** The report, or what the photos of its draft are kept under. */
  at: string;
  /** A photo is being made small; until then nothing should become of the draft. */
  onBusy: (busy: boolean) => void;
}

export default function PhotoField({ at, onBusy }: PhotoFieldProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const kept = photos.value.filter((photo) => photo.reportId === at);
  useEffect(() => setError(''), [at]);
  useEffect(() => {
    onBusy(busy);
    return () => onBusy(false);
  }, [busy]);

  async function take(files: FileList | null) {
    setBusy(true);
    setError('');
    try {
      for (const file of [...(files ?? [])].slice(0, MOST_PHOTOS - kept.length)) {
        await addPhoto(at, file);
      }
    } catch (problem) {
      setError(wordsOf(problem));
    } finally {
      if (input.current) input.current.value = '';
      setBusy(false);
    }
  }

  return (
    <div class="field photos">
      <span class="label">{t('photo.title')}</span>
      <ul class="photo-list">
        {kept.map((photo, index) => (
          <li key={photo.id}>
            <Waiting photo={photo} alt={t('photo.number', { n: index + 1 })} />
            <button class="button quiet" type="button" onClick={() => void dropPhoto(photo.id)}>
              <Icon name="remove" label={t('photo.remove', { n: index + 1 })} />
            </button>
          </li>
        ))}
      </ul>
      {kept.length < MOST_PHOTOS && (
        <label class="button photo-button">
          <input
            ref={input}
            class="unseen"
            type="file"
            accept="image/*"
            disabled={busy}
            aria-describedby="photo-care"
            onChange={(event) => void take(event.currentTarget.files)}
          />
          <Icon name="camera" />
          {t(busy ? 'photo.working' : 'photo.add')}
        </label>
      )}
      <span class="soft" id="photo-care">
        {t('photo.care')}
      </span>
      {kept.length > 0 && (
        <State icon="saved" tone="calm">
          {t('photo.goes_later')}
        </State>
      )}
      {error && <Notice tone="wrong">{error}</Notice>}
    </div>
  );
}

function wordsOf(problem: unknown): string {
  if (problem instanceof PhoneFull) return t('photo.full');
  return t(problem instanceof Unreadable ? 'photo.unreadable' : 'problem.unexpected');
}

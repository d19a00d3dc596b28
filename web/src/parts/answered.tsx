/** Draws what was asked of the office: lines while it is on its way, the kept answer when it fails. */
import type { ComponentChildren } from 'preact';
import { Notice, Skeleton } from './card';
import { moment } from '../words/dates';
import { t } from '../words/words';
import type { Asked } from './asked';

interface AnsweredProps<T> {
  asked: Asked<T>;
  children: (value: NonNullable<T>) => ComponentChildren;
}

export function Answered<T>({ asked, children }: AnsweredProps<T>) {
  const { value, at, error, loading } = asked;
  return (
    <>
      {error && (
        <Notice tone="care">
          <p>{error}</p>
          {value != null && at && <p>{t('asked.kept', { at: moment(at, Date.now()) })}</p>}
          <button class="button" type="button" onClick={() => void asked.again()}>
            {t('app.again')}
          </button>
        </Notice>
      )}
      {value != null
        ? children(value)
        : loading && (
            <div role="status" aria-label={t('app.loading')}>
              <Skeleton />
            </div>
          )}
    </>
  );
}

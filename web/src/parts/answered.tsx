/** Draws what was asked of the office: lines while it is on its way, the kept answer when it fails. */
import type { ComponentChildren } from 'preact';
import { Notice, Skeleton } from './card';
import { leads } from '../store/session';
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
          {value == null && <p>{t('asked.nothing_lost')}</p>}
          {value != null && at && <p>{t('asked.kept', { at: moment(at, Date.now()) })}</p>}
          <div class="row">
            <button class="button" type="button" onClick={() => void asked.again()}>
              {t('app.again')}
            </button>
            {value == null && (
              <a class="button" href="/">
                {t(leads.value ? 'app.to_feed' : 'app.to_today')}
              </a>
            )}
          </div>
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

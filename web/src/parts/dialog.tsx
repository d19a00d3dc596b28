/** A question over the page: the browser's own dialog, so focus stays in it and Escape closes. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../words/words';
import { Icon } from './icon';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** Draw it while it is open; `onClose` is told of Escape, the backdrop and the cross. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const shown = ref.current;
    if (shown && !shown.open) shown.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div class="stack">
        <div class="row apart">
          <h2 id={titleId}>{title}</h2>
          <button class="button quiet" type="button" onClick={onClose}>
            <Icon name="close" label={t('app.close')} />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

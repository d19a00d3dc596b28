/** One thing that a person does on a screen: busy while it lasts, and what went wrong in words. */
import { useRef, useState } from 'preact/hooks';
import { said } from '../api/client';

export interface Doing {
  busy: boolean;
  /** What to tell the person; empty when all went well. */
  error: string;
  /** Does it; a second tap while it lasts does nothing. True when it went well. */
  run: (what: () => Promise<unknown>) => Promise<boolean>;
}

export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const now = useRef(false);
  async function run(what: () => Promise<unknown>): Promise<boolean> {
    if (now.current) return false;
    now.current = true;
    setBusy(true);
    setError('');
    try {
      await what();
      return true;
    } catch (problem) {
      setError(said(problem));
      return false;
    } finally {
      now.current = false;
      setBusy(false);
    }
  }
  return { busy, error, run };
}

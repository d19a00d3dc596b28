/** Whether feed and board fit side by side. */
import { useEffect, useState } from 'preact/hooks';

const WIDE = '(min-width: 62rem)';

export function useWide(): boolean {
  const [wide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const asked = matchMedia(WIDE);
    const read = () => setWide(asked.matches);
    asked.addEventListener('change', read);
    return () => asked.removeEventListener('change', read);
  }, []);
  return wide;
}

/** A part of a screen that is fetched when it is first drawn; the screen itself does not wait. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Nothing is drawn until the part is there, or if it cannot be fetched now. */
export function late<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): (props: Props & JSX.IntrinsicAttributes) => JSX.Element | null {
  const known: { part?: ComponentType<Props> } = {};
  return function Late(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | undefined>(() => known.part);
    useEffect(() => {
      if (Part) return;
      load().then(
        ({ default: part }) => {
          known.part = part;
          setPart(() => part);
        },
        () => undefined,
      );
    }, []);
    return Part ? <Part {...props} /> : null;
  };
}

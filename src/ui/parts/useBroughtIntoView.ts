import { useEffect, useRef, type RefObject } from 'react';

/**
 * On a phone what was chosen opens below the list that it was chosen from, where nobody sees it: it is brought into view,
 * with the whole of its card. On a wide page it stands beside the list.
 *
 * @param chosen what is open; another one is brought into view again
 */
export function useBroughtIntoView<Part extends HTMLElement>(chosen: string | null): RefObject<Part | null> {
  const part = useRef<Part>(null);
  useEffect(() => {
    if (chosen === null || !matchMedia('(max-width: 760px)').matches) return;
    (part.current?.closest('.card') ?? part.current)?.scrollIntoView({ block: 'start' });
  }, [chosen]);
  return part;
}

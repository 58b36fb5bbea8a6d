import { useDeferredValue, useMemo, useSyncExternalStore } from 'react';
import { formatRoute, parseRoute, type Route } from './route.ts';

export function useRoute(): Route {
  const hash = useSyncExternalStore(listen, () => location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}

/**
 * Where the page is as far as it is drawn: another screen, with all its fields and curves, is made piece by piece while the
 * one before it still answers. Within a screen it is the route itself: what is typed into a field may not lag behind.
 */
export function useShownRoute(route: Route): Route {
  const earlier = useDeferredValue(route);
  return earlier.screen === route.screen ? route : earlier;
}

/** `replace` leaves no trace in the history: for steps within one view, such as J and K. */
export function goTo(route: Route, how: 'push' | 'replace' = 'push'): void {
  const hash = formatRoute(route);
  if (hash === location.hash) return;
  if (how === 'push') {
    location.hash = hash;
  } else {
    history.replaceState(null, '', hash);
    dispatchEvent(new HashChangeEvent('hashchange')); // replaceState is silent
  }
}

function listen(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

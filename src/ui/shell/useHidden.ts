import { useSyncExternalStore } from 'react';

/** Whether the tab is in the background. */
export function useHidden(): boolean {
  return useSyncExternalStore(listen, () => document.visibilityState === 'hidden');
}

function listen(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}

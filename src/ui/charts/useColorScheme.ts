import { useSyncExternalStore } from 'react';
import { useTheme } from '../theme.ts';

const prefersDark = '(prefers-color-scheme: dark)';

/** What is on screen now, whether chosen here or by the device. Canvas must be drawn again when it changes. */
export function useColorScheme(): 'light' | 'dark' {
  const theme = useTheme((store) => store.theme);
  const isDeviceDark = useSyncExternalStore(listen, () => matchMedia(prefersDark).matches);
  if (theme === 'system') return isDeviceDark ? 'dark' : 'light';
  return theme;
}

function listen(changed: () => void): () => void {
  const query = matchMedia(prefersDark);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

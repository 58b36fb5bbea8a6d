import { create } from 'zustand';
import { readPreference, writePreference } from './preferences.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

interface ThemeStore {
  readonly theme: Theme;
  setTheme(theme: Theme): void;
}

/** `system` follows the device. The page's colours follow `color-scheme`; charts on canvas listen to this store. */
export const useTheme = create<ThemeStore>()((set) => ({
  theme: THEMES.find((theme) => theme === readPreference('theme')) ?? 'system',
  setTheme: (theme) => {
    showTheme(theme);
    writePreference('theme', theme);
    set({ theme });
  },
}));

export function showTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

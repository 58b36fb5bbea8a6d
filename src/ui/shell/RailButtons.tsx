import { Button } from 'react-aria-components';
import { Icon, type IconName } from '../parts/Icon.tsx';
import { THEMES, useTheme, type Theme } from '../theme.ts';

const THEME_ICONS: Record<Theme, IconName> = { system: 'device', light: 'sun', dark: 'moon' };

/** Their words are seen behind "More"; the rail shows their signs alone. */
export function ThemeButton() {
  const { theme, setTheme } = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <Button className="rail-button" aria-label={`Colours: ${theme}. Switch to ${next}`} onPress={() => setTheme(next)}>
      <Icon name={THEME_ICONS[theme]} />
      <span>Colours: {theme}</span>
    </Button>
  );
}

export function HelpButton({ onHelp }: { onHelp(): void }) {
  return (
    <Button className="rail-button" aria-label="Help and keys" onPress={onHelp}>
      <Icon name="help" />
      <span>Help</span>
    </Button>
  );
}

import { Button } from 'react-aria-components';
import { changedFromDefault } from '../configForm.ts';
import { useDraft } from '../draftStore.ts';
import { Icon, type IconName } from '../parts/Icon.tsx';
import { formatRoute, inspectLink, type Screen } from '../route.ts';
import { useRun } from '../runStore.ts';
import { changesOfTalk } from '../talk/talkSettings.ts';
import { useTalk } from '../talk/talkStore.ts';
import { THEMES, useTheme, type Theme } from '../theme.ts';

const THEME_ICONS: Record<Theme, IconName> = { system: 'device', light: 'sun', dark: 'moon' };

/** The screens; beside them on a wide page, below them on a narrow one. */
export function Rail({ screen, onHelp }: { readonly screen: Screen; onHelp(): void }) {
  const draft = useDraft((store) => store.draft);
  const talkSettings = useTalk((store) => store.settings);
  const runId = useRun((store) => store.runId);
  const links: readonly { readonly screen: Screen; readonly label: string; readonly href: string }[] = [
    { screen: 'train', label: 'Train', href: formatRoute({ screen: 'train', changes: changedFromDefault(draft) }) },
    { screen: 'inspect', label: 'Inspect', href: inspectLink(runId) },
    { screen: 'compare', label: 'Compare', href: formatRoute({ screen: 'compare', runIds: [] }) },
    { screen: 'talk', label: 'Talk', href: formatRoute({ screen: 'talk', changes: changesOfTalk(talkSettings) }) },
    { screen: 'storage', label: 'Storage', href: formatRoute({ screen: 'storage' }) },
    { screen: 'self-test', label: 'Self-test', href: formatRoute({ screen: 'self-test' }) },
  ];
  return (
    <nav className="rail" aria-label="Screens">
      <img className="rail-logo" src="./favicon.svg" alt="" width={34} height={34} />
      {links.map((link) => (
        <a
          key={link.screen}
          className="rail-link"
          href={link.href}
          aria-current={link.screen === screen ? 'page' : undefined}
        >
          <Icon name={link.screen} />
          {link.label}
        </a>
      ))}
      <div className="rail-end">
        <ThemeButton />
        <Button className="rail-button" aria-label="Keys and help" onPress={onHelp}>
          <Icon name="help" />
        </Button>
      </div>
    </nav>
  );
}

function ThemeButton() {
  const { theme, setTheme } = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <Button className="rail-button" aria-label={`Colours: ${theme}. Switch to ${next}`} onPress={() => setTheme(next)}>
      <Icon name={THEME_ICONS[theme]} />
    </Button>
  );
}

import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { changesOfOrder } from '../../experiments/orderLink.ts';
import { changedFromDefault } from '../configForm.ts';
import { useDraft } from '../draftStore.ts';
import { useExperiment } from '../experiments/experimentStore.ts';
import { Icon, type IconName } from '../parts/Icon.tsx';
import { formatRoute, inspectLink, type Screen } from '../route.ts';
import { useRun } from '../runStore.ts';
import { changesOfPlay } from '../play/playSettings.ts';
import { usePlay } from '../play/playStore.ts';
import { useShortcuts } from '../shortcuts.ts';
import { THEMES, useTheme, type Theme } from '../theme.ts';

const THEME_ICONS: Record<Theme, IconName> = { system: 'device', light: 'sun', dark: 'moon' };

/** The screens; beside them on a wide page, below them on a narrow one. */
export function Rail({ screen, onHelp }: { readonly screen: Screen; onHelp(): void }) {
  const draft = useDraft((store) => store.draft);
  const playSettings = usePlay((store) => store.settings);
  const runId = useRun((store) => store.runId);
  const experiment = useExperiment((store) => store.experiment.order);
  const links: readonly { readonly screen: Screen; readonly label: string; readonly href: string }[] = [
    { screen: 'train', label: 'Train', href: formatRoute({ screen: 'train', changes: changedFromDefault(draft) }) },
    { screen: 'inspect', label: 'Inspect', href: inspectLink(runId) },
    { screen: 'compare', label: 'Compare', href: formatRoute({ screen: 'compare', runIds: [] }) },
    {
      screen: 'experiments',
      label: 'Experiments',
      href: formatRoute({
        screen: 'experiments',
        recipe: experiment?.recipe ?? null,
        changes: experiment ? changesOfOrder(experiment) : {},
      }),
    },
    {
      screen: 'scenarios',
      label: 'Scenarios',
      href: formatRoute({ screen: 'scenarios', source: null, scenarioId: null }),
    },
    { screen: 'play', label: 'Play', href: formatRoute({ screen: 'play', changes: changesOfPlay(playSettings) }) },
    { screen: 'models', label: 'Models', href: formatRoute({ screen: 'models' }) },
    { screen: 'storage', label: 'Storage', href: formatRoute({ screen: 'storage' }) },
    { screen: 'self-test', label: 'Self-test', href: formatRoute({ screen: 'self-test' }) },
  ];
  useNumberKeys(links.map(({ href }) => href).join(' '));
  return (
    <nav className="rail" aria-label="Screens">
      <img className="rail-logo" src="./favicon.svg" alt="" width={34} height={34} />
      {links.map((link) => (
        <a
          key={link.screen}
          className="rail-link"
          href={link.href}
          aria-current={link.screen === placeOf(screen) ? 'page' : undefined}
        >
          <Icon name={iconOf(link.screen)} />
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

/** Where a screen stands in the rail: Talk is one of the two ways to play. */
function placeOf(screen: Screen): Screen {
  return screen === 'talk' ? 'play' : screen;
}

/** A triangle would start a run. */
function iconOf(screen: Screen): IconName {
  return screen === 'play' ? 'talk' : screen;
}

/** 1 opens the first screen, and so on. @param hrefs with spaces between them */
function useNumberKeys(hrefs: string): void {
  const shortcuts = useMemo(() => {
    const open = (href: string) => () => {
      location.hash = href;
    };
    return Object.fromEntries(hrefs.split(' ').map((href, index) => [String(index + 1), open(href)]));
  }, [hrefs]);
  useShortcuts(shortcuts);
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

import { changesOfOrder } from '../../experiments/orderLink.ts';
import { changedFromDefault } from '../configForm.ts';
import { useDraft } from '../draftStore.ts';
import { useExperiment } from '../experiments/experimentStore.ts';
import type { IconName } from '../parts/Icon.tsx';
import { changesOfPlay } from '../play/playSettings.ts';
import { usePlay } from '../play/playStore.ts';
import { formatRoute, inspectLink, type Screen } from '../route.ts';
import { useRun } from '../runStore.ts';

export interface ScreenLink {
  readonly screen: Screen;
  readonly label: string;
  readonly icon: IconName;
  readonly href: string;
  /** Where a phone has no room for all screens, the others are behind "More". */
  readonly isMain: boolean;
}

/** Every screen, in the order of the navigation; each link leads to what the screen showed last. */
export function useScreenLinks(): readonly ScreenLink[] {
  const draft = useDraft((store) => store.draft);
  const playSettings = usePlay((store) => store.settings);
  const runId = useRun((store) => store.runId);
  const order = useExperiment((store) => store.experiment.order);
  const experiments = formatRoute({
    screen: 'experiments',
    recipe: order?.recipe ?? null,
    changes: order ? changesOfOrder(order) : {},
  });
  const scenarios = formatRoute({ screen: 'scenarios', source: null, scenarioId: null });
  return [
    main('train', 'Train', formatRoute({ screen: 'train', changes: changedFromDefault(draft) })),
    main('inspect', 'Inspect', inspectLink(runId)),
    main('compare', 'Compare', formatRoute({ screen: 'compare', contenders: [] })),
    // A triangle would start a run.
    { ...main('play', 'Play', formatRoute({ screen: 'play', changes: changesOfPlay(playSettings) })), icon: 'talk' },
    other('experiments', 'Experiments', experiments),
    other('scenarios', 'Scenarios', scenarios),
    other('models', 'Models', formatRoute({ screen: 'models' })),
    other('storage', 'Storage', formatRoute({ screen: 'storage' })),
    other('self-test', 'Self-test', formatRoute({ screen: 'self-test' })),
  ];
}

/** Where a screen stands in the navigation: Talk is one of the two ways to play. */
export function placeOf(screen: Screen): Screen {
  return screen === 'talk' ? 'play' : screen;
}

function main(screen: Screen & IconName, label: string, href: string): ScreenLink {
  return { screen, label, icon: screen, href, isMain: true };
}

function other(screen: Screen & IconName, label: string, href: string): ScreenLink {
  return { screen, label, icon: screen, href, isMain: false };
}

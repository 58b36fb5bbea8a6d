import type { Route } from '../route.ts';
import type { RunState } from '../runState.ts';

/** What the guide looks at: where somebody is, and how far the run on screen is. */
export interface GuideSituation {
  readonly route: Route;
  readonly run: Pick<RunState, 'status' | 'updatesDone'>;
}

export interface GuideStep {
  readonly title: string;
  readonly text: string;
  /** What the step's button does; null: there is nothing to press, only to see. */
  readonly action: { readonly kind: 'train' | 'inspect' | 'storage'; readonly label: string } | null;
  /** Whether the step is over: the guide goes on by itself. */
  isDone(situation: GuideSituation): boolean;
}

const isOver = ({ run }: GuideSituation) => run.status === 'finished' || run.status === 'stopped';

/** The way of a first run, from nothing to its weights, in about two minutes. */
export const GUIDE: readonly GuideStep[] = [
  {
    title: 'Start a small run',
    text: 'A model of .35 MB will negotiate with itself, 16 dialogues at a time, and learn from them three times. Everything happens in this tab.',
    action: { kind: 'train', label: 'Start the small run' },
    isDone: ({ run }) => run.status === 'running' || run.updatesDone > 0,
  },
  {
    title: 'Read along',
    text: 'The line above each turn is private advice: one model, the strategist, writes it, and only it is trained. Another, frozen, turns it into the words below. When all dialogues have ended, every turn shows what it earned.',
    action: null,
    isDone: ({ run }) => run.updatesDone > 0,
  },
  {
    title: 'See what it learns',
    text: 'Each update adds a point to the curves. Points are of 10; the dashed lines say what random play and a fair deal are worth. Drag over a curve to look closer. Learning rate and temperatures can be turned while it trains.',
    action: null,
    isDone: isOver,
  },
  {
    title: 'Look inside a turn',
    text: 'Every number is made of something you can see: tokens with their probabilities, what else could have been said, the parts of a reward, and exactly what the strategist had read.',
    action: { kind: 'inspect', label: 'Open a dialogue' },
    isDone: ({ route }) => route.screen === 'inspect' && route.episodeId !== null,
  },
  {
    title: 'Keep it',
    text: 'Runs stay in this browser. Under Storage you can go on from any checkpoint, export a whole run, or download weights that Python loads.',
    action: { kind: 'storage', label: 'Open Storage' },
    isDone: ({ route }) => route.screen === 'storage',
  },
];

/** Of the run that the guide starts: small enough for a machine without a graphics device. */
export const SMALL_RUN = {
  model: 'parley-mini',
  updates: '3',
  episodesPerUpdate: '16',
  episodesPerScenario: '4',
} as const;

/** The step that somebody is at who was at `step`: never an earlier one. `GUIDE.length`: through. */
export function stepNow(step: number, situation: GuideSituation): number {
  const isDone = GUIDE[step]?.isDone(situation) ?? false;
  return isDone ? stepNow(step + 1, situation) : Math.min(step, GUIDE.length);
}

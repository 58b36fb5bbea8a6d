import type { Cell, Cost, Training } from '../record/experiment.ts';
import { cellIdOf } from './identity.ts';

/** What an experiment asks for. */
export type Work =
  /** Train on to so many updates; `from` where other work comes to. */
  | { readonly kind: 'train'; readonly training: Training; readonly updates: number; readonly from?: number }
  /** Play the first so many episodes of the cell. */
  | { readonly kind: 'play'; readonly cell: Cell; readonly episodes: number }
  /** Beside each turn of so many dialogues of the cell: what the turn earned, and what it was worth. */
  | { readonly kind: 'credit'; readonly cell: Cell; readonly episodes: number };

/** A stretch of work from `from` on, up to and without `to`: updates, or episodes. Short enough to be repeated. */
export type Part = {
  readonly from: number;
  readonly to: number;
} & (
  { readonly kind: 'train'; readonly training: Training } | { readonly kind: 'play' | 'credit'; readonly cell: Cell }
);

/** Nobody wants to lose more than this. Parts know their length from `GUESSES`, which a slow machine exceeds. */
const PART_SECONDS = 900;

/** Rough seconds per dialogue on two idle CPU cores, until parts have been timed here: of a training, update included, and of a benchmark. */
const GUESSES = {
  'parley-mini': { train: 0.16, play: 0.1 },
  'parley-small': { train: 0.45, play: 0.3 },
} as const;
/** Continuations from each turn of a dialogue, all its turns together, in dialogues. */
const CONTINUED = 30;

export function partId(part: Part): string {
  return `${subjectOf(part)} ${part.from}-${part.to}`;
}

/** What is trained or played, whichever stretch of it. */
function subjectOf(part: Part): string {
  return `${part.kind} ${part.kind === 'train' ? part.training.runId : cellIdOf(part.cell)}`;
}

/** Of what a place has done, what belongs to these parts, in whatever stretches it was done. */
export function costsOf(parts: readonly Part[], costs: readonly Cost[]): Cost[] {
  const subjects = new Set(parts.map(subjectOf));
  return costs.filter(({ part }) => subjects.has(part.slice(0, part.lastIndexOf(' '))));
}

/** What is counted where a part is timed. */
export function unitsOf(part: Part): number {
  return part.to - part.from;
}

/** The same work in parts, in order. A function of the work alone. */
export function partsOf(work: Work): Part[] {
  const whole = work.kind === 'train' ? work.updates : work.episodes;
  const first = work.kind === 'train' ? (work.from ?? firstUpdate(work.training)) : 0;
  const size = Math.max(1, Math.floor(PART_SECONDS / guessedSeconds(work)));
  const parts: Part[] = [];
  for (let from = first; from < whole; from += size) {
    const span = { from, to: Math.min(whole, from + size) };
    parts.push(
      work.kind === 'train'
        ? { kind: 'train', training: work.training, ...span }
        : { kind: work.kind, cell: work.cell, ...span },
    );
  }
  return parts;
}

/** All parts of the work, each once: recipes may ask for the same under several names. */
export function partsOfAll(work: readonly Work[]): Part[] {
  return [...new Map(work.flatMap(partsOf).map((part) => [partId(part), part])).values()];
}

/** Where the training begins to count: where another one ended, unless it takes nothing of that but the weights. */
export function firstUpdate({ origin, config }: Training): number {
  return config.startedFrom === null ? (origin?.updates ?? 0) : 0;
}

/** Seconds for all parts together: as long as such parts took here before, or else as they took elsewhere. */
export function estimatedSeconds(parts: readonly Part[], costs: readonly Cost[]): number {
  return parts.reduce((sum, part) => sum + unitsOf(part) * (measuredSeconds(part, costs) ?? guessedSeconds(part)), 0);
}

function measuredSeconds(part: Part, costs: readonly Cost[]): number | null {
  const alike = costs.filter(({ kind, model, units }) => kind === part.kind && model === modelOf(part) && units > 0);
  const units = alike.reduce((sum, cost) => sum + cost.units, 0);
  return units > 0 ? alike.reduce((sum, cost) => sum + cost.seconds, 0) / units : null;
}

/** Per unit. */
function guessedSeconds(work: Work | Part): number {
  const model = modelOf(work);
  const { train, play } = model in GUESSES ? GUESSES[model as keyof typeof GUESSES] : GUESSES['parley-mini']; // just tested
  if (work.kind === 'train') return train * dialoguesOf(work.training);
  return work.kind === 'play' ? play : play * CONTINUED;
}

/** Of an update. Where turns are valued by playing on, each dialogue is several. */
function dialoguesOf({ config }: Training): number {
  const { episodesPerUpdate, turnReward, rolloutValueSamples } = config;
  return episodesPerUpdate * (turnReward === 'rollout-value' ? 1 + 2.5 * rolloutValueSamples : 1);
}

export function modelOf(work: Work | Part): string {
  return work.kind === 'train' ? work.training.model : work.cell.model;
}

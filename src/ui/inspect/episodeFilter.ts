import type { Episode } from '../../record/episode.ts';

export type OutcomeFilter = 'any' | 'deal' | 'pareto' | 'no deal';

export interface EpisodeFilter {
  readonly outcome: OutcomeFilter;
  /** At least one seat has this many points; null asks nothing. */
  readonly pointsAtLeast: number | null;
  /** Words of a strategy or an utterance; case does not matter. */
  readonly text: string;
  /** A turn has a strategy of this family; null asks nothing. */
  readonly family: string | null;
  /** Only of updates after which an alarm rang. */
  readonly isAlarming: boolean;
}

export const NO_FILTER: EpisodeFilter = {
  outcome: 'any',
  pointsAtLeast: null,
  text: '',
  family: null,
  isAlarming: false,
};

/** Strategies that are not in the language of strategies, as a family. */
export const UNREADABLE = 'not readable';

/** @param alarms indices of the updates after which an alarm rang */
export function matches(episode: Episode, filter: EpisodeFilter, alarms: ReadonlySet<number>): boolean {
  const { outcome, pointsAtLeast, text, family, isAlarming } = filter;
  if (isAlarming && !alarms.has(episode.updateIndex)) return false;
  if (!hasOutcome(episode, outcome)) return false;
  if (pointsAtLeast !== null && Math.max(...episode.points) < pointsAtLeast) return false;
  if (family !== null && !familiesOf(episode).has(family)) return false;
  const words = text.trim().toLowerCase();
  return words === '' || wordsOf(episode).includes(words);
}

/** Every family among the episodes, by name. */
export function allFamilies(episodes: readonly Episode[]): string[] {
  return [...new Set(episodes.flatMap((episode) => [...familiesOf(episode)]))].toSorted((a, b) => a.localeCompare(b));
}

/** To be called when an episode arrives, so that the first search of thousands has nothing left to prepare. */
export function readForSearch(episode: Episode): void {
  wordsOf(episode);
  familiesOf(episode);
}

/** Of thousands of episodes each is read once, not at every key that is pressed. */
const knownWords = new WeakMap<Episode, string>();
const knownFamilies = new WeakMap<Episode, ReadonlySet<string>>();

function wordsOf(episode: Episode): string {
  const known = knownWords.get(episode);
  if (known !== undefined) return known;
  // A line break lies between texts, which nobody types: no match spans two of them.
  const words = episode.turns.map(({ strategy, utterance }) => `${strategy ?? ''}\n${utterance}`).join('\n');
  const read = words.toLowerCase();
  knownWords.set(episode, read);
  return read;
}

function familiesOf(episode: Episode): ReadonlySet<string> {
  const known = knownFamilies.get(episode);
  if (known) return known;
  const read = new Set(
    episode.turns.flatMap(({ strategyReading }) => (strategyReading ? [strategyReading.family ?? UNREADABLE] : [])),
  );
  knownFamilies.set(episode, read);
  return read;
}

/** Agreed, or brought to its end. */
function isDone(endReason: Episode['endReason']): boolean {
  return endReason === 'agreement' || endReason === 'finished';
}

function hasOutcome({ endReason, isParetoOptimal }: Episode, outcome: OutcomeFilter): boolean {
  switch (outcome) {
    case 'any':
      return true;
    case 'deal':
      return isDone(endReason);
    case 'pareto':
      return endReason === 'agreement' && isParetoOptimal;
    case 'no deal':
      return !isDone(endReason);
  }
}

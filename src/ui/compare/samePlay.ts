import type { Episode, Turn } from '../../record/episode.ts';

/** Where two dialogues first differ. `strategy` and `words` differ in that turn; `end`: one of them was over by then. */
export interface Divergence {
  readonly turnIndex: number;
  readonly what: 'strategy' | 'words' | 'end';
}

/** One scenario, played in both runs. */
export interface EpisodePair {
  readonly first: Episode;
  readonly second: Episode;
  /** Both drew the same random numbers, so whatever differs comes from the weights and the settings. */
  readonly sharesDraws: boolean;
  /** null where every word is the same. */
  readonly divergence: Divergence | null;
}

export interface PlayedUpdate {
  /** Of the run. */
  readonly seed: number;
  readonly episodes: readonly Episode[];
}

/**
 * Dialogues of two runs about the same scenario, in the order of the first run. A dialogue's random numbers follow from
 * the seed and its place in the batch: where both agree they are paired, else with any that nobody has yet.
 */
export function pairEpisodes(first: PlayedUpdate, second: PlayedUpdate): EpisodePair[] {
  const free = new Set(second.episodes);
  const take = (accepts: (candidate: Episode) => boolean): Episode | null => {
    const found = [...free].find(accepts) ?? null;
    if (found) free.delete(found);
    return found;
  };
  const pairs = new Map<Episode, EpisodePair>();
  const join = (episode: Episode, other: Episode | null, sharesDraws: boolean) => {
    if (!other) return;
    const divergence = divergenceOf(episode.turns, other.turns);
    pairs.set(episode, { first: episode, second: other, sharesDraws, divergence });
  };
  const isSame = (a: Episode, b: Episode) =>
    a.scenario.environment === b.scenario.environment && a.scenario.id === b.scenario.id;
  if (first.seed === second.seed) {
    for (const episode of first.episodes)
      join(
        episode,
        take((other) => other.episodeId === episode.episodeId && isSame(episode, other)),
        true,
      );
  }
  for (const episode of first.episodes.filter((one) => !pairs.has(one)))
    join(
      episode,
      take((other) => isSame(episode, other)),
      false,
    );
  return first.episodes.flatMap((episode) => pairs.get(episode) ?? []);
}

export function divergenceOf(first: readonly Turn[], second: readonly Turn[]): Divergence | null {
  for (let turnIndex = 0; turnIndex < Math.max(first.length, second.length); turnIndex++) {
    const [a, b] = [first[turnIndex], second[turnIndex]];
    if (!a || !b) return { turnIndex, what: 'end' };
    if (a.strategy !== b.strategy) return { turnIndex, what: 'strategy' };
    if (a.utterance !== b.utterance) return { turnIndex, what: 'words' };
  }
  return null;
}

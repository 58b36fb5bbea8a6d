import type { Episode } from '../../record/episode.ts';

export type OutcomeFilter = 'any' | 'deal' | 'pareto' | 'no deal';

export interface EpisodeFilter {
  readonly outcome: OutcomeFilter;
  /** At least one seat has this many points; null asks nothing. */
  readonly pointsAtLeast: number | null;
  /** Words of a strategy or an utterance; case does not matter. */
  readonly text: string;
}

export const NO_FILTER: EpisodeFilter = { outcome: 'any', pointsAtLeast: null, text: '' };

export function matches(episode: Episode, { outcome, pointsAtLeast, text }: EpisodeFilter): boolean {
  if (!hasOutcome(episode, outcome)) return false;
  if (pointsAtLeast !== null && Math.max(...episode.points) < pointsAtLeast) return false;
  const words = text.trim().toLowerCase();
  if (words === '') return true;
  return episode.turns.some(
    ({ strategy, utterance }) => utterance.toLowerCase().includes(words) || strategy?.toLowerCase().includes(words),
  );
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

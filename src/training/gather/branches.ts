import { RandomStream } from '../../base/random.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { branchingTurns } from '../objective/data/branching.ts';
import type { RolloutRule } from '../objective/parts.ts';
import type { EpisodePlan, PlayedEpisode, PlayedTurn } from '../rollout.ts';
import { forkOf } from './playOn.ts';
import type { Branches, Setting } from './setting.ts';

/** A turn's uncertainty is that of so many of its first tokens (ARPO looks at the first few after a tool's answer). */
const FIRST_TOKENS = 4;

/**
 * ARPO (arXiv 2507.19849): branches at the turns whose first tokens are more uncertain than the seat's first turn, the
 * largest rise first. Where too few turns are, whole dialogues take the place of branches.
 */
export function branchesFrom<State>(
  { table }: Pick<Setting<State>, 'table'>,
  count: number,
  rule: Extract<RolloutRule, { kind: 'branch' }>,
): Branches<State> {
  return {
    count,
    plansOf: (plan, played) => {
      const turns = uncertainTurns(played, table.tokenizer.vocabularySize, rule);
      return Array.from({ length: count }, (_, index) => {
        const turnIndex = turns[index];
        return turnIndex === undefined ? anew(plan, `${index + 1}`) : forkOf(plan, turnIndex, `${index + 1}`);
      });
    },
  };
}

/**
 * Vine sampling (Polychromic, arXiv 2509.25424): states of the dialogue, each turn of a trained seat equally likely, and
 * from each of them other dialogues. Whatever follows the state is one group; the dialogue itself belongs to that of its
 * first state.
 */
export function vineFrom<State>(
  { config }: Pick<Setting<State>, 'config'>,
  count: number,
  states: number,
): Branches<State> {
  return {
    count,
    plansOf: (plan, played) => {
      const random = new RandomStream(config.seed, 'vine', ...plan.coordinates);
      const own = played.turns.filter(({ seat }) => played.trainedSeats.includes(seat));
      const chosen = random.shuffled(own.map(({ turnIndex }) => turnIndex)).slice(0, states);
      return Array.from({ length: count }, (_, index) => {
        const turnIndex = chosen[index % Math.max(1, chosen.length)];
        if (turnIndex === undefined) return anew(plan, `${index + 1}`);
        const stem = { episodeId: plan.episodeId, turnIndex };
        return { ...forkOf(plan, turnIndex, `${index + 1}`), stem };
      });
    },
  };
}

/** Turns of trained seats that are uncertain enough to branch at, the most uncertain first. */
export function uncertainTurns(
  { turns, trainedSeats }: Pick<PlayedEpisode, 'turns' | 'trainedSeats'>,
  vocabularySize: number,
  rule: Extract<RolloutRule, { kind: 'branch' }>,
): number[] {
  const candidates = trainedSeats.flatMap((seat: SeatIndex) => {
    const own = turns.filter((turn) => turn.seat === seat);
    const entropies = own.map(entropyOf);
    return branchingTurns(entropies, vocabularySize, rule).map((ownTurn) => ({
      turnIndex: own[ownTurn]?.turnIndex ?? 0,
      rise: (entropies[ownTurn] ?? 0) - (entropies[0] ?? 0),
    }));
  });
  return candidates.toSorted((a, b) => b.rise - a.rise || a.turnIndex - b.turnIndex).map(({ turnIndex }) => turnIndex);
}

function entropyOf({ sample }: PlayedTurn): number {
  const first = sample?.entropies.slice(0, FIRST_TOKENS) ?? [];
  return first.reduce((sum, entropy) => sum + entropy, 0) / Math.max(1, first.length);
}

/** Another dialogue of the same kind, from its beginning. */
function anew<State>(plan: EpisodePlan<State>, name: string): EpisodePlan<State> {
  return { ...plan, episodeId: `${plan.episodeId}.${name}`, coordinates: [...plan.coordinates, 'anew', name] };
}

import type { Learner, TrainingSequence } from '../../policy/engine.ts';
import { rewardBlendOf, type RunConfig } from '../../record/runConfig.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { splitByExample } from '../exampleStats.ts';
import { microBatches } from '../miniBatches.ts';
import { needsOf } from '../objective/needs.ts';
import type { Objective } from '../objective/parts.ts';
import type { PlayedEpisode, Table } from '../rollout.ts';

/** Whether somebody asks for them: the objective, or the turn reward. */
export function wantsBeliefs(config: Pick<RunConfig, 'turnReward' | 'rewardBlend'>, objective: Objective): boolean {
  return needsOf(objective).has('beliefs') || rewardBlendOf(config).some(({ reward }) => reward === 'information-gain');
}

/**
 * How likely the policy is, before each own turn, to write the strategy that names the seat's best feasible outcome (IGPO,
 * arXiv 2510.14967, with that strategy in the place of the correct answer): the geometric mean of its tokens' probabilities,
 * `exp(mean log p)`, so that a long one is not believed less. Nothing is drawn, and the context of the dialogue stays as it is.
 *
 * @returns the episodes with the beliefs of their trained seats
 * @throws the signal's reason between two passes
 */
export async function withBeliefs<State>(
  { strategistTemperature }: Pick<RunConfig, 'strategistTemperature'>,
  table: Pick<Table<State>, 'environment' | 'chatFormat' | 'contextLength'>,
  learner: Pick<Learner, 'forward' | 'tokenLimit'>,
  played: readonly PlayedEpisode[],
  signal: AbortSignal,
): Promise<readonly PlayedEpisode[]> {
  const questions = played.map((episode) => ([0, 1] as const).map((seat) => questionsOf(table, episode, seat)));
  const answers: number[] = [];
  for (const part of microBatches(questions.flat(2), learner.tokenLimit)) {
    signal.throwIfAborted();
    const stats = splitByExample(part, await learner.forward(part, strategistTemperature));
    for (const { logProbs } of stats) answers.push(Math.exp(mean(logProbs)));
  }
  return played.map((episode, index) => {
    const beliefsOf = (seat: SeatIndex) => {
      if (!episode.trainedSeats.includes(seat)) return null;
      const count = questions[index]?.[seat]?.length ?? 0;
      // Where nothing can be named, nothing is believed, and no turn gains anything.
      return count === 0 ? episode.turns.filter((turn) => turn.seat === seat).map(() => 0) : answers.splice(0, count);
    };
    return { ...episode, beliefs: [beliefsOf(0), beliefsOf(1)] };
  });
}

/** One per own turn: what the strategist had read when it was to write, and the strategy in place of its own. */
function questionsOf<State>(
  { environment, chatFormat, contextLength }: Pick<Table<State>, 'environment' | 'chatFormat' | 'contextLength'>,
  { scenario, contexts, turns, trainedSeats }: PlayedEpisode,
  seat: SeatIndex,
): TrainingSequence[] {
  const goal = trainedSeats.includes(seat) ? (environment.goalStrategy?.(scenario, seat) ?? null) : null;
  if (goal === null) return [];
  const statement = chatFormat.strategy(goal);
  return turns
    .filter((turn) => turn.seat === seat)
    .map(({ sample }) => {
      const read = (contexts[seat] ?? []).slice(0, Math.min(sample?.firstIndex ?? 0, contextLength - statement.length));
      return {
        tokenIds: Int32Array.from([...read, ...statement]),
        scoredIndices: Int32Array.from(statement, (_, offset) => read.length + offset),
      };
    });
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

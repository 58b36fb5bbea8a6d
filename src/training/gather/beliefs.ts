import type { Learner, TrainingSequence } from '../../policy/engine.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { splitByExample } from '../exampleStats.ts';
import { microBatches } from '../miniBatches.ts';
import { needsOf } from '../objective/needs.ts';
import type { Objective } from '../objective/parts.ts';
import type { Table } from '../rollout.ts';
import type { RewardedBatch, Side } from '../sides.ts';

/**
 * How likely the policy is, before each own turn, to write the strategy that names the seat's best feasible outcome (IGPO,
 * arXiv 2510.14967, with that strategy in the place of the correct answer): the geometric mean of its tokens' probabilities,
 * `exp(mean log p)`, so that a long one is not believed less. Nothing is drawn, and the context of the dialogue stays as it is.
 *
 * @returns the batch as it was, where the objective asks for no beliefs
 * @throws the signal's reason between two passes
 */
export async function withBeliefs<State>(
  { strategistTemperature }: Pick<RunConfig, 'strategistTemperature'>,
  objective: Objective,
  table: Table<State>,
  learner: Pick<Learner, 'forward' | 'tokenLimit'>,
  batch: RewardedBatch,
  signal: AbortSignal,
): Promise<RewardedBatch> {
  if (!needsOf(objective).has('beliefs')) return batch;
  const questions = batch.sides.map((side) => questionsOf(table, side));
  const beliefs: number[] = [];
  for (const part of microBatches(questions.flat(), learner.tokenLimit)) {
    signal.throwIfAborted();
    const answers = splitByExample(part, await learner.forward(part, strategistTemperature));
    for (const { logProbs } of answers) beliefs.push(Math.exp(mean(logProbs)));
  }
  const sides = batch.sides.map((side, index): Side => {
    const count = questions[index]?.length ?? 0;
    // Where nothing can be named, nothing is believed, and no turn gains anything.
    return { ...side, beliefs: count === 0 ? side.turns.map(() => 0) : beliefs.splice(0, count) };
  });
  return { ...batch, sides };
}

/** One per own turn: what the strategist had read when it was to write, and the strategy in place of its own. */
function questionsOf<State>(
  { environment, chatFormat, contextLength }: Table<State>,
  { episode, seat, turns }: Side,
): TrainingSequence[] {
  const goal = environment.goalStrategy?.(episode.scenario, seat) ?? null;
  if (goal === null) return [];
  const statement = chatFormat.strategy(goal);
  return turns.map(({ sample }) => {
    const read = (episode.contexts[seat] ?? []).slice(
      0,
      Math.min(sample?.firstIndex ?? 0, contextLength - statement.length),
    );
    return {
      tokenIds: Int32Array.from([...read, ...statement]),
      scoredIndices: Int32Array.from(statement, (_, offset) => read.length + offset),
    };
  });
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

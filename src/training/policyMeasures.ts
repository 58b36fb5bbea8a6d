import { literalAgent } from '../agent/literalAgent.ts';
import type { BareDecision, BareForm } from '../environment/bareForm.ts';
import type { Environment } from '../environment/environment.ts';
import type { Learner, Speaker, TrainingSequence } from '../policy/engine.ts';
import { Desk, imposed, sampleRequest } from '../policy/generate.ts';
import { microBatches } from './miniBatches.ts';
import { playEpisode, type EpisodePlan, type Table } from './rollout.ts';
import { worldSeat, type SeatPlan } from './seatPlan.ts';

/** What the bare form of an environment says of a policy, and how much of the policy that covers. */
export type PolicyMeasures = Readonly<Record<string, number>>;

/**
 * Reads the policy's probabilities of the bare strategies at every decision of the environment's bare form, and what
 * follows from them. The contexts are those of a rollout, in which the words were imposed. `wordShare`: mean probability
 * of the words together; the rest is left out, as the measures are of the words among themselves.
 *
 * @returns null where the environment has no bare form
 */
export async function policyMeasures<State>(
  table: Table<State>,
  learner: Pick<Learner, 'forward' | 'tokenLimit'>,
  temperature: number,
): Promise<PolicyMeasures | null> {
  const { bareForm, turnLimit } = table.environment;
  if (!bareForm) return null;
  const game = { ...table, turnLimit }; // the whole of it, whatever the limit of a run
  const sequences = bareForm.decisions.flatMap((decision) => {
    const context = contextOf(game, decision);
    return bareForm.words.map((word) => sequenceOf(game, context, word));
  });
  const logProbs = await logProbsOf(learner, sequences, temperature);
  return measuresOf(bareForm, logProbs);
}

/** @param logProbs of each word after each decision, word by word */
function measuresOf(bareForm: BareForm, logProbs: readonly number[]): PolicyMeasures {
  const wordCount = bareForm.words.length;
  const chances = bareForm.decisions.map((_, index) =>
    logProbs.slice(index * wordCount, (index + 1) * wordCount).map(Math.exp),
  );
  const shares = chances.map((row) => row.reduce((sum, chance) => sum + chance, 0));
  const probabilities = chances.map((row, index) => row.map((chance) => chance / (shares[index] ?? NaN)));
  return {
    ...bareForm.measures(probabilities),
    wordShare: shares.reduce((sum, share) => sum + share, 0) / shares.length,
  };
}

/** Log-prob of all scored tokens of each sequence together. */
async function logProbsOf(
  learner: Pick<Learner, 'forward' | 'tokenLimit'>,
  sequences: readonly TrainingSequence[],
  temperature: number,
): Promise<number[]> {
  const sums: number[] = [];
  for (const part of microBatches(sequences, learner.tokenLimit)) {
    const { logProbs } = await learner.forward(part, temperature);
    let first = 0;
    for (const { scoredIndices } of part) {
      const own = logProbs.subarray(first, first + scoredIndices.length);
      sums.push(own.reduce((sum, logProb) => sum + logProb, 0));
      first += scoredIndices.length;
    }
  }
  return sums;
}

/** The context with the word after it, as it would be drawn: its end included where that is within the limit. */
function sequenceOf<State>(
  { chatFormat, strategyTokenLimit }: Table<State>,
  context: readonly number[],
  word: string,
): TrainingSequence {
  const drawn = chatFormat.strategy(word).slice(0, strategyTokenLimit);
  return {
    tokenIds: Int32Array.from([...context, ...drawn]),
    scoredIndices: Int32Array.from(drawn, (_, index) => context.length + index),
  };
}

/** What the strategist has read when the decision is due. */
function contextOf<State>(table: Table<State>, { scenario, wordsBefore }: BareDecision): readonly number[] {
  const player = playerSeat(table.environment);
  const plan: EpisodePlan<State> = {
    episodeId: 'measure',
    scenario,
    seats: [player, worldSeat(table.environment) ?? player],
    seed: 0,
    coordinates: ['measure'],
  };
  const episode = playEpisode(table, plan, new Desk(NOBODY_COMPUTES, [0, 1]));
  let step = episode.next(undefined);
  for (const word of wordsBefore) {
    if (step.done) break;
    step = episode.next(imposed(sampleRequest(step.value), table.chatFormat.strategy(word)));
  }
  if (step.done) throw new Error(`policyMeasures: ${wordsBefore.join(' ')} leads to no decision`);
  return sampleRequest(step.value).context.tokenIds;
}

function playerSeat<State>(environment: Environment<State>): SeatPlan<State> {
  return {
    strategist: { kind: 'model', speaker: NOBODY, temperature: 1, isTrained: false },
    agent: { kind: 'script', speak: literalAgent(environment) },
  };
}

/** Contexts need a speaker and a decoder, though here nothing is ever drawn in them. */
const NOBODY: Speaker = { kind: 'frozen', precision: 'f32', [Symbol.dispose]: () => undefined };
const NOBODY_COMPUTES = {
  slotCount: 2,
  step: () => Promise.reject(new Error('policyMeasures: nothing is drawn here')),
  fork: () => undefined,
  [Symbol.dispose]: () => undefined,
};

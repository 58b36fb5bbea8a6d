import { RandomStream } from '../src/base/random.ts';
import type { Engine, StepRow, TokenCoefficients, TrainingSequence } from '../src/policy/engine.ts';
import type { Weights } from '../src/policy/weights.ts';
import { timed } from './timing.ts';

const PROMPT_TOKENS = 16;

/** Contexts of a full measurement of the learner: 1,424 rows. */
export const LEARNER_CONTEXTS = 16;

/** Tokens per second when `batch` dialogues are written together, after a prompt of 16 tokens each. */
export async function decodeRate(engine: Engine, weights: Weights, batch: number, steps: number): Promise<number> {
  using set = engine.createWeightSet(weights);
  using decoder = engine.createDecoder(set, batch);
  const random = new RandomStream(1, 'bench decode');
  const V = engine.config.vocabularySize;
  const rowsAt = (position: number): StepRow[] =>
    Array.from({ length: batch }, (_, slot) => ({
      slot,
      position,
      tokenId: random.index(V),
      draw: { uniform: random.uniform(), temperature: 1 },
    }));
  const prompt = Array.from({ length: PROMPT_TOKENS }, (_, position) => rowsAt(position)).flat();
  await decoder.step(prompt.map(({ slot, position, tokenId }) => ({ slot, position, tokenId })));
  let position = PROMPT_TOKENS;
  const milliseconds = await timed(() => decoder.step(rowsAt(position++ % engine.config.contextLength)), steps);
  return (1000 * batch) / milliseconds;
}

/** Contexts of 97 tokens with three strategies of 8 tokens each, about what a batch of short dialogues is. */
export function learnerBatch(
  vocabularySize: number,
  contextCount: number,
): { sequences: TrainingSequence[]; rows: number; scored: number } {
  const random = new RandomStream(1, 'bench learner');
  const length = 97;
  const scoredIndices = Int32Array.from({ length: 24 }, (_, index) => 25 + Math.floor(index / 8) * 28 + (index % 8));
  const sequences = Array.from({ length: contextCount }, () => ({
    tokenIds: Int32Array.from({ length }, () => random.index(vocabularySize)),
    scoredIndices,
  }));
  return { sequences, rows: sequences.length * (scoredIndices.at(-1) ?? 0), scored: sequences.length * 24 };
}

/** Milliseconds per 1,000 tokens: forward (policy, base and statistics), and forward with backward. */
export async function learnerTimes(engine: Engine, weights: Weights, contextCount: number, repeats: number) {
  const { sequences, rows, scored } = learnerBatch(engine.config.vocabularySize, contextCount);
  using policy = engine.createWeightSet(weights);
  using base = engine.createWeightSet(weights);
  using learner = engine.createLearner(policy, base, 2048);
  const column = (value: number) => new Float32Array(scored).fill(value);
  const coefficients: TokenCoefficients = {
    logProb: column(-0.01),
    entropy: column(0),
    klToBase: column(0.001),
    klFromBase: column(0),
  };
  const perThousand = 1000 / rows;
  const forward = await timed(() => learner.forward(sequences, 1), repeats);
  const both = await timed(async () => {
    await learner.forward(sequences, 1);
    await learner.backward(coefficients);
  }, repeats);
  return { forward: forward * perThousand, forwardAndBackward: both * perThousand };
}

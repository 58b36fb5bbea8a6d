import { RandomStream } from '../src/base/random.ts';
import type { DecodeWorkload, TrainWorkload } from './contestant.ts';

/** @returns random prompts, the same ones on every call */
export function decodeWorkload(
  vocabularySize: number,
  batch: number,
  promptTokens: number,
  newTokens: number,
): DecodeWorkload {
  const random = new RandomStream(1, 'bench prompts');
  const prompt = () => Int32Array.from({ length: promptTokens }, () => random.index(vocabularySize));
  return { prompts: Array.from({ length: batch }, prompt), newTokens };
}

/** Rows of one context of `trainWorkload`: up to the token before the last scored one. */
export const TRAIN_ROWS = 88;
export const SCORED_TOKENS = 24;

/** Contexts of 89 tokens with three strategies of 8 tokens each, about what a batch of short dialogues is. */
export function trainWorkload(vocabularySize: number, contextCount: number): TrainWorkload {
  const random = new RandomStream(1, 'bench contexts');
  const scoredIndices = Int32Array.from(
    { length: SCORED_TOKENS },
    (_, index) => 25 + Math.floor(index / 8) * 28 + (index % 8),
  );
  const sequences = Array.from({ length: contextCount }, () => ({
    tokenIds: Int32Array.from({ length: TRAIN_ROWS + 1 }, () => random.index(vocabularySize)),
    scoredIndices,
  }));
  const scoredCount = contextCount * SCORED_TOKENS;
  // Log-probs of good turns are to rise, those of bad ones to fall.
  const logProb = Float32Array.from({ length: scoredCount }, () => random.normal() / scoredCount);
  return { sequences, logProb, klToBase: 0.1 / scoredCount };
}

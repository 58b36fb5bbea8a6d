import type { RandomStream } from '../base/random.ts';
import type { TrainingSequence } from '../policy/engine.ts';
import { sequenceKey } from '../policy/distinctSequences.ts';
import { fedCount } from '../policy/packedSequences.ts';

/**
 * The trajectories of each optimizer step of one pass over a batch: whole ones, each once, in an order that the seed draws
 * anew for every pass, in parts whose sizes differ by at most one. A single part keeps the order.
 *
 * @param indices what there is to learn from @param parts at most as many as there are indices, at least one
 */
export function miniBatchesOf(indices: readonly number[], parts: number, random: RandomStream): number[][] {
  const count = Math.max(1, Math.min(parts, indices.length));
  if (count === 1) return [[...indices]];
  const order = random.shuffled(indices);
  const edge = (part: number) => Math.floor((part * order.length) / count);
  return Array.from({ length: count }, (_, part) => order.slice(edge(part), edge(part + 1)));
}

/** Whole examples in order, as many as fit the token limit: what one pass through the model takes. Equal ones cost nothing. */
export function microBatches<Example extends TrainingSequence>(
  examples: readonly Example[],
  tokenLimit: number,
): Example[][] {
  const batches: Example[][] = [];
  let passed = new Set<string>();
  let tokensInBatch = Infinity;
  for (const example of examples) {
    const key = sequenceKey(example);
    const tokens = fedCount(example);
    if (!passed.has(key) && tokensInBatch + tokens > tokenLimit) {
      batches.push([]);
      passed = new Set();
      tokensInBatch = 0;
    }
    batches.at(-1)?.push(example);
    if (!passed.has(key)) tokensInBatch += tokens;
    passed.add(key);
  }
  return batches;
}

import type { Learner, TokenCoefficients, TokenStats, TrainingSequence } from './engine.ts';

/** Sequences of which some may be equal: the different ones, and which of them each one is. */
export interface Distinct {
  readonly sequences: readonly TrainingSequence[];
  /** Per given sequence, its index in `sequences`. */
  readonly indexOf: readonly number[];
}

/** What makes two sequences cost one pass: tokens, and what is asked of them. */
export function sequenceKey({ tokenIds, scoredIndices, hiddenIndices }: TrainingSequence): string {
  return `${tokenIds.join()}|${scoredIndices.join()}|${hiddenIndices?.join() ?? ''}`;
}

export function distinctSequences(given: readonly TrainingSequence[]): Distinct {
  const places = new Map<string, number>();
  const sequences: TrainingSequence[] = [];
  const indexOf = given.map((sequence) => {
    const key = sequenceKey(sequence);
    const place = places.get(key) ?? sequences.push(sequence) - 1;
    places.set(key, place);
    return place;
  });
  return { sequences, indexOf };
}

/**
 * A learner that passes equal sequences once. Statistics of a sequence are a function of it, and the gradient is linear in
 * the coefficients: so statistics are handed out as often as the sequence was given, and coefficients of equal ones are added
 * up before the backward pass. In games with few positions most dialogues of a batch are equal to another one.
 *
 * Its `tokenLimit` counts the different sequences of a pass alone.
 */
export function sharingLearner(learner: Learner): Learner {
  let last: Distinct = { sequences: [], indexOf: [] };
  return {
    tokenLimit: learner.tokenLimit,
    async forward(given, temperature) {
      last = distinctSequences(given);
      const stats = await learner.forward(last.sequences, temperature);
      return last.sequences.length === given.length ? stats : handedOut(stats, last);
    },
    backward: (coefficients) =>
      learner.backward(last.sequences.length === last.indexOf.length ? coefficients : addedUp(coefficients, last)),
    step: (options) => learner.step(options),
    takeGradients: () => learner.takeGradients(),
    dropGradients: () => learner.dropGradients(),
    readState: () => learner.readState(),
    writeState: (state) => learner.writeState(state),
    [Symbol.dispose]: () => learner[Symbol.dispose](),
  };
}

type Ask = 'scoredIndices' | 'hiddenIndices';

/** Where the numbers of each different sequence begin and end, `width` of them per index that was asked for. */
function rangesOf(sequences: readonly TrainingSequence[], ask: Ask, width = 1): (readonly [number, number])[] {
  let end = 0;
  return sequences.map((sequence) => {
    const start = end;
    end += (sequence[ask]?.length ?? 0) * width;
    return [start, end] as const;
  });
}

function handedOut(stats: TokenStats, { sequences, indexOf }: Distinct): TokenStats {
  const hiddenCount = sequences.reduce((sum, { hiddenIndices }) => sum + (hiddenIndices?.length ?? 0), 0);
  const spread = (values: Float32Array, ask: Ask, width?: number): Float32Array => {
    const ranges = rangesOf(sequences, ask, width);
    const parts = indexOf.map((index) => values.subarray(...(ranges[index] ?? [0, 0])));
    const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  return {
    logProbs: spread(stats.logProbs, 'scoredIndices'),
    entropies: spread(stats.entropies, 'scoredIndices'),
    klToBase: spread(stats.klToBase, 'scoredIndices'),
    klFromBase: spread(stats.klFromBase, 'scoredIndices'),
    baseLogProbs: spread(stats.baseLogProbs, 'scoredIndices'),
    hidden: spread(stats.hidden, 'hiddenIndices', hiddenCount === 0 ? 1 : stats.hidden.length / hiddenCount),
  };
}

function addedUp(coefficients: TokenCoefficients, { sequences, indexOf }: Distinct): TokenCoefficients {
  const ranges = rangesOf(sequences, 'scoredIndices');
  const size = ranges.at(-1)?.[1] ?? 0;
  const sum = (values: Float32Array): Float32Array => {
    const sums = new Float64Array(size); // sums of hundreds of equal sequences
    let at = 0;
    for (const index of indexOf) {
      const [start, end] = ranges[index] ?? [0, 0];
      for (let place = start; place < end; place++) sums[place] = (sums[place] ?? 0) + (values[at++] ?? 0);
    }
    return Float32Array.from(sums);
  };
  return {
    logProb: sum(coefficients.logProb),
    entropy: sum(coefficients.entropy),
    klToBase: sum(coefficients.klToBase),
    klFromBase: sum(coefficients.klFromBase),
  };
}

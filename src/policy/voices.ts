import type { Speaker } from './engine.ts';
import { kernelWeightsOf, type KernelWeights } from './kernelWeights.ts';

/**
 * Speakers that one plan serves in one pass: those of the same weights, with and without low-rank factors. Rows of the
 * adapted speaker come first (`info[3]`), the others read the same weights without the factors.
 */
export interface Voice {
  readonly weights: KernelWeights;
  /** Who speaks through the factors; null where there are none. */
  readonly adapted: Speaker | null;
  /** Who speaks without. */
  readonly plain: Speaker | null;
}

/** As few plans as serve all speakers: frozen weights join the first policy that has factors beside them. */
export function voicesOf(speakers: readonly Speaker[]): Voice[] {
  const distinct = [...new Set(speakers)];
  const joined = new Set<Speaker>();
  const voices = distinct.flatMap((speaker): Voice[] => {
    const weights = kernelWeightsOf(speaker);
    if (weights.kind === 'frozen') return [];
    if (weights.rank === null) return [{ weights, adapted: null, plain: speaker }];
    const isBaseSpeaking = distinct.includes(weights.base) && !joined.has(weights.base);
    if (isBaseSpeaking) joined.add(weights.base);
    return [{ weights, adapted: speaker, plain: isBaseSpeaking ? weights.base : null }];
  });
  const alone = distinct.filter((speaker) => speaker.kind === 'frozen' && !joined.has(speaker));
  return [...voices, ...alone.map((speaker) => ({ weights: kernelWeightsOf(speaker), adapted: null, plain: speaker }))];
}

/** Of the factors that these voices speak through; null when there are none. */
export function largestRank(voices: readonly Voice[]): number | null {
  const ranks = voices.flatMap(({ weights }) => weights.lowRank('0.qkv')?.rank ?? []);
  return ranks.length === 0 ? null : Math.max(...ranks);
}

import type { ModelConfig } from './modelConfig.ts';

/**
 * Radians per position of each of the S / 2 rotated pairs, in float64 (RoFormer, arXiv 2104.09864): `theta^(−2i / S)`; with
 * Llama 3.1's scaling (as in transformers' `llama3`), with wavelength `λ = 2π / f` and original context length `C`:
 *
 * - `λ < C / high`: `f`, the local order of words stays
 * - `λ > C / low`: `f / factor`
 * - between: `(1 − s) · f / factor + s · f`, with `s = (C / λ − low) / (high − low)`
 */
export function rotaryFrequencies({
  headSize,
  ropeTheta,
  ropeScaling,
}: Pick<ModelConfig, 'headSize' | 'ropeTheta' | 'ropeScaling'>): Float64Array {
  const half = headSize / 2;
  const plain = Float64Array.from({ length: half }, (_, pair) => ropeTheta ** (-pair / half));
  if (!ropeScaling) return plain;
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContextLength } = ropeScaling;
  return plain.map((frequency) => {
    const turns = (originalContextLength * frequency) / (2 * Math.PI); // in the original context: C / λ
    const share = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return (1 - share) * (frequency / factor) + share * frequency;
  });
}

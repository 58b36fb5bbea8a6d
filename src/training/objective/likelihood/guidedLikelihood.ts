import type { GuidedLikelihood } from '../parts.ts';
import type { Surrogate } from '../stabiliser/surrogate.ts';

/**
 * The likelihood of tokens that were sampled with help and are trained without it: `f(x)·A` with `f(x) = x/(x + softening)`,
 * which keeps a gradient where the policy alone finds the token unlikely (policy shaping of LUFFY, arXiv 2504.14945, as ICPO
 * and Critique-GRPO use it). x is the ratio to the guided policy, or the probability itself. `df/dlog π = softening·x/(x + softening)²`.
 */
export function guidedSurrogate(
  { kind, softening }: GuidedLikelihood,
  logProb: number,
  sampledLogProb: number,
  advantage: number,
): Surrogate {
  const x = Math.exp(kind === 'shaped-ratio' ? logProb - sampledLogProb : logProb);
  return {
    value: (advantage * x) / (x + softening),
    slope: (advantage * softening * x) / (x + softening) ** 2,
    clipped: null,
  };
}

/**
 * How often each scenario should be played next, adding up to 1: proportional to `p·(1 − p) + floor`, the variance of a
 * success and a little for everything, so that what is mastered or out of reach comes back now and then. After CLPO
 * (Curriculum Learning meets Policy Optimization, 2025), which sorts scenarios by how the policy does on them now.
 */
export function curriculumShares(successShares: readonly number[], floor = 0.05): number[] {
  const worths = successShares.map((share) => share * (1 - share) + floor);
  const total = worths.reduce((sum, worth) => sum + worth, 0);
  return worths.map((worth) => worth / total);
}

/**
 * CRAFT-GUI's stages (its abstract: easy trajectories first): which scenarios are open at this point of the run. Sorted by
 * difficulty, the easiest `1/stages` at first, all in the last stage.
 *
 * @param progress share of the run that is done, 0–1
 */
export function openScenarios(successShares: readonly number[], progress: number, stages = 3): boolean[] {
  const stage = Math.min(stages, 1 + Math.floor(progress * stages));
  const open = Math.ceil((successShares.length * stage) / stages);
  const order = successShares.map((_, index) => index);
  order.sort((a, b) => (successShares[b] ?? 0) - (successShares[a] ?? 0) || a - b);
  const chosen = new Set(order.slice(0, open));
  return successShares.map((_, index) => chosen.has(index));
}

/**
 * Help in the prompt, and when to give it. The pure halves of hint-guided training: who asks for help, and which tokens of a
 * guided episode are trained. The prompts themselves belong to the environment.
 */

/** GHPO (arXiv 2507.10628): help for a group only when all of its own episodes failed. @param successes of the group's episodes */
export function needsHint(successes: readonly boolean[]): boolean {
  return successes.length > 0 && successes.every((success) => !success);
}

/**
 * Scaf-GRPO (arXiv 2510.19807): after a diagnosis phase, a failing group climbs from abstract to concrete hints, one tier
 * per further failure. 0 is no hint.
 *
 * @param failuresInARow of the group, with the hints it had
 */
export function hintTier(
  failuresInARow: number,
  progress: number,
  { diagnosisShare, tiers }: { readonly diagnosisShare: number; readonly tiers: number },
): number {
  return progress < diagnosisShare ? 0 : Math.min(failuresInARow, tiers);
}

/** GHPO: how much of a reference is shown, by stage: a share of its length that rises with every failed stage. */
export function shownLength(referenceLength: number, tier: number, shareOfTier = 0.25): number {
  return Math.min(referenceLength, Math.ceil(referenceLength * shareOfTier * tier));
}

/**
 * ExPO (arXiv 2507.02834): a self-explanation, written with the achieved outcome in the prompt, is learned from when it is
 * likely without it and makes the outcome more likely.
 *
 * @param meanLogProb of its tokens in the training context, nats per token
 * @param beliefGain rise of the probability of the outcome after it
 */
export function isUsefulExplanation(meanLogProb: number, beliefGain: number, leastLogProb: number): boolean {
  return meanLogProb >= leastLogProb && beliefGain > 0;
}

/**
 * Which tokens of an episode are trained: those its strategist sampled after what it was given. What was forced into a turn,
 * or belongs to another episode whose turns this one repeats, is context, so its mask is 0.
 *
 * @param tokenCounts per turn
 * @param forcedCounts leading tokens of each turn that were given, not sampled; none where nothing is said
 */
export function trainedMask(tokenCounts: readonly number[], forcedCounts: readonly number[]): Uint8Array {
  return Uint8Array.from(
    tokenCounts.flatMap((count, turn) =>
      Array.from({ length: count }, (_, token) => (token < (forcedCounts[turn] ?? 0) ? 0 : 1)),
    ),
  );
}

/** Critique-GRPO (arXiv 2506.03106): which refinements join the group: the best ones, and only those that beat their draft. */
export function chosenRefinements(drafts: readonly number[], refined: readonly number[], most: number): number[] {
  return refined
    .map((outcome, index) => ({ index, outcome, gain: outcome - (drafts[index] ?? 0) }))
    .filter(({ gain }) => gain > 0)
    .toSorted((a, b) => b.outcome - a.outcome || b.gain - a.gain || a.index - b.index)
    .slice(0, most)
    .map(({ index }) => index);
}

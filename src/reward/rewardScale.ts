import type { RunConfig } from '../record/runConfig.ts';
import type { TurnReward } from './turnRewards.ts';

/**
 * Divides the turn rewards of a batch, so that kinds of reward on different scales can be added, or learned from at one
 * learning rate. `dialogue-max`: by the largest |r| of the dialogue; `batch-max`: of the batch; `batch-rms`: by the root of
 * the batch's mean r². Nothing is subtracted: what is taken from every turn would pay or punish length. Rewards that are all 0 stay.
 *
 * @param sides [side][own turn]
 * @param learned those of them that the batch's scale is read from: what nobody learns from has no say in it
 */
export function scaledRewards(
  sides: readonly (readonly TurnReward[])[],
  normalisation: RunConfig['rewardNormalisation'],
  learned: readonly (readonly TurnReward[])[] = sides,
): (readonly TurnReward[])[] {
  if (normalisation === 'none') return [...sides];
  const all = learned.flatMap((turns) => turns.map(({ reward }) => reward));
  const ofBatch = normalisation === 'batch-rms' ? rootMeanSquare(all) : largest(all);
  return sides.map((turns) => {
    const divisor = normalisation === 'dialogue-max' ? largest(turns.map(({ reward }) => reward)) : ofBatch;
    return divisor > 0 ? turns.map((turn) => weighted(turn, 1 / divisor)) : turns;
  });
}

/** A sum of kinds of reward, turn by turn; its parts stay apart, so that a person sees what each contributed. */
export function blendedRewards(
  parts: readonly { readonly weight: number; readonly rewards: readonly TurnReward[] }[],
): TurnReward[] {
  const turnCount = Math.max(0, ...parts.map(({ rewards }) => rewards.length));
  return Array.from({ length: turnCount }, (_, turn) => {
    const weightedParts = parts.flatMap(({ weight, rewards }) => {
      const own = rewards[turn];
      return own ? [weighted(own, weight)] : [];
    });
    return {
      reward: weightedParts.reduce((sum, { reward }) => sum + reward, 0),
      rewardParts: weightedParts.flatMap(({ rewardParts }) => rewardParts),
      isCritical: weightedParts.some(({ isCritical }) => isCritical),
    };
  });
}

function weighted({ reward, rewardParts, isCritical }: TurnReward, weight: number): TurnReward {
  return {
    reward: reward * weight,
    rewardParts: rewardParts.map(({ name, value }) => ({ name, value: value * weight })),
    isCritical,
  };
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));
}

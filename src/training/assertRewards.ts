import { AppError } from '../base/errors.ts';
import type { Environment } from '../environment/environment.ts';
import { rewardBlendOf, type RunConfig } from '../record/runConfig.ts';
import { isJudgeReward } from '../reward/turnRewards.ts';

/**
 * Whether somebody can give the turn rewards that the config names, in this environment.
 * @throws AppError `reward-unsupplied`, `blend-unusable`
 */
export function assertRewards<State>(
  config: Pick<RunConfig, 'turnReward' | 'rewardBlend'>,
  environment: Pick<Environment<State>, 'name' | 'goalStrategy'>,
): void {
  const kinds = rewardBlendOf(config).map(({ reward }) => reward);
  if (kinds.length === 0) throw unusable('rewardBlend has no part.');
  if (new Set(kinds).size < kinds.length) throw unusable('A reward stands in rewardBlend twice.');
  // A judge is asked once for each side, and gives one kind of answer.
  if (kinds.filter(isJudgeReward).length > 1) throw unusable('A judge cannot select turns and grade them at once.');
  if (kinds.includes('information-gain') && !environment.goalStrategy) {
    throw new AppError('reward-unsupplied', {
      what: 'The turn reward information-gain cannot be given here.',
      why: `It is the policy’s belief in the strategy that names the best outcome, and "${environment.name}" has no words for it.`,
      fix: 'Choose another turn reward, or another environment.',
    });
  }
}

function unusable(why: string): AppError {
  return new AppError('blend-unusable', {
    what: 'The turn reward is a blend that cannot be made.',
    why,
    fix: 'Name each part once in the config file: {"turnReward": "blend", "rewardBlend": [{"reward": "terminal", "weight": 1}, {"reward": "information-gain", "weight": 0.5}]}.',
  });
}

import { AppError, type Explanation } from '../../base/errors.ts';
import type { Objective } from './parts.ts';

/** Something about an objective that a person should know before a run: refused, or only worth a warning. */
export interface Finding extends Explanation {
  readonly severity: 'refused' | 'warning';
}

/** What is wrong, or risky, about a composition. Most impossible ones cannot be written in the first place. */
export function checkObjective(objective: Objective): Finding[] {
  const findings: Finding[] = [];
  const refuse = (what: string, why: string, fix: string) => findings.push({ severity: 'refused', what, why, fix });
  const warn = (what: string, why: string, fix: string) => findings.push({ severity: 'warning', what, why, fix });
  const isGradient = objective.kind === 'policy-gradient';

  if (isGradient && objective.credit.kind === 'returns' && objective.credit.baseline.kind === 'turn-index-mean') {
    refuse(
      'A baseline per turn number is not trained with.',
      'The policy decides when an episode ends, so who is still talking at turn 2 depends on the turns that are judged: the estimate has another mean than the gradient.',
      'Take leave-one-out, a seat average or the linear baseline, which are subtracted from the reward-to-go.',
    );
  }
  for (const regulariser of objective.regularisers) {
    if (regulariser.kind === 'kl-estimate' && regulariser.estimator === 'k1' && !regulariser.isRatioWeighted) {
      refuse(
        'The estimator k1 is not used in the loss without the ratio.',
        'Its gradient is that of the log-prob, whose mean is 0: it would add noise and no pull.',
        'Put k1 into the reward, weight it by the ratio, or take the exact KL.',
      );
    }
    if (regulariser.kind === 'kl-estimate' && regulariser.estimator === 'k3' && !regulariser.isRatioWeighted) {
      warn(
        'The estimator k3 in the loss pulls along the forward KL.',
        'Its value estimates KL(policy‖base), but its gradient has the mean of KL(base‖policy).',
        'Take the exact KL, or weight k3 by the ratio.',
      );
    }
    const usesReturns = isGradient && (objective.credit.kind === 'returns' || objective.credit.kind === 'gae');
    if (regulariser.kind === 'kl-in-reward' && !usesReturns) {
      refuse(
        'A KL penalty in the reward has no effect here.',
        'This credit does not add up the rewards of tokens.',
        'Put the KL into the loss.',
      );
    }
  }
  if (isGradient && objective.likelihood.kind === 'ratio') {
    const { unit, staleness } = objective.likelihood;
    if (staleness.kind !== 'none' && unit.kind !== 'token') {
      refuse(
        'Stale data are corrected token by token only.',
        'A ratio over turns or sequences already holds the whole distance to the sampling weights.',
        'Take the ratio per token, or leave the correction out.',
      );
    }
  }
  const whitensAll =
    isGradient && objective.credit.kind === 'returns' && objective.credit.scale.kind === 'batch-whiten';
  if (whitensAll && objective.credit.baseline.kind === 'none') {
    warn(
      'Whitening subtracts one mean from both seats.',
      'Seats of self-play earn differently; the better seat would be praised for its place at the table.',
      'Take a baseline per group or per seat before whitening.',
    );
  }
  return findings;
}

/** @throws AppError `objective-refused` with what, why and fix of the first thing that is wrong */
export function assertTrainable(objective: Objective): void {
  const refused = checkObjective(objective).find(({ severity }) => severity === 'refused');
  if (refused) throw new AppError('objective-refused', refused);
}

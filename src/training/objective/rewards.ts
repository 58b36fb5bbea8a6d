import type { ObjectiveMemory } from '../../record/objectiveMemory.ts';
import { indicesByGroup, isTrainedToken, ofTrainedTokens, type Trajectory } from './batch.ts';
import { agreementRewards, beliefGains, expertBonus, overlongPenalty } from './data/rewards.ts';
import { missingInput } from './missingInput.ts';
import type { PlanContext } from './planBatch.ts';
import type { Regulariser, RewardRule } from './parts.ts';
import { nextKlCoefficient } from './regulariser/klController.ts';
import { klEstimate } from './regulariser/klEstimate.ts';

/** Turn rewards after the objective's own rules, [trajectory][turn]. */
export function shapedRewards(
  rules: readonly RewardRule[],
  batch: readonly Trajectory[],
  context: Pick<PlanContext, 'progress' | 'tokenLimit'>,
): number[][] {
  const given = batch.map(({ turns }) => turns.map(({ reward }) => reward));
  return rules.reduce((rewards, rule) => shaped(rule, rewards, batch, context), given);
}

function shaped(
  rule: RewardRule,
  rewards: number[][],
  batch: readonly Trajectory[],
  { progress, tokenLimit }: Pick<PlanContext, 'progress' | 'tokenLimit'>,
): number[][] {
  switch (rule.kind) {
    case 'belief-gain':
      return batch.map(({ turns }, index) => {
        const beliefs = turns.map(({ belief }) => belief ?? missingInput('a belief before every turn'));
        return beliefGains(beliefs, rewards[index]?.at(-1) ?? 0);
      });
    case 'agreement': {
      const shares = batch.map(() => 0);
      for (const group of indicesByGroup(batch).values()) {
        const kinds = group.map((index) => batch[index]?.kind ?? null);
        agreementRewards(kinds).forEach((share, member) => (shares[group[member] ?? -1] = share));
      }
      return rewards.map((turns, index) =>
        onLastTurn(
          turns.map(() => 0),
          shares[index] ?? 0,
        ),
      );
    }
    case 'overlong': {
      const buffer = rule.buffer * tokenLimit;
      return rewards.map((turns, index) => {
        const trajectory = batch[index];
        const length = trajectory ? ofTrainedTokens(trajectory.tokens, trajectory.tokens.logProbs).length : 0;
        return onLastTurn(turns, rule.penalty * overlongPenalty(length, tokenLimit, buffer));
      });
    }
    case 'expert-bonus':
      return rewards.map((turns, index) =>
        batch[index]?.source === 'guided' ? onLastTurn(turns, expertBonus(rule.bonus, progress)) : turns,
      );
  }
}

function onLastTurn(rewards: readonly number[], added: number): number[] {
  return rewards.map((reward, turn) => (turn === rewards.length - 1 ? reward + added : reward));
}

/**
 * The KL penalty as a reward of each token, `−coefficient · k`, and the controller's coefficient for the next update. Tokens
 * that are not trained on pay nothing.
 */
export function klTokenRewards(
  regularisers: readonly Regulariser[],
  batch: readonly Trajectory[],
  memory: ObjectiveMemory,
): { readonly tokenRewards: number[][] | null; readonly klCoefficient: number | null } {
  const penalty = regularisers.find((regulariser) => regulariser.kind === 'kl-in-reward');
  if (!penalty) return { tokenRewards: null, klCoefficient: memory.klCoefficient };
  const coefficient = memory.klCoefficient ?? penalty.coefficient;
  const estimates = batch.map(({ tokens, source }) => {
    const sampled = Array.from(tokens.logProbs);
    if (source === 'demonstration' || source === 'tempered') return sampled.map(() => 0);
    const base = tokens.baseLogProbs ?? missingInput('the base model’s log-probs');
    return sampled.map((logProb, token) =>
      isTrainedToken(tokens, token) ? klEstimate(penalty.estimator, logProb, base[token] ?? 0).value : 0,
    );
  });
  const own = estimates.filter((_, index) => batch[index]?.source === 'policy');
  const observed = own.flat().reduce((sum, value) => sum + value, 0) / Math.max(own.length, 1);
  return {
    tokenRewards: estimates.map((values) => values.map((value) => -coefficient * value)),
    klCoefficient: penalty.controller
      ? nextKlCoefficient(coefficient, observed, penalty.controller, own.length)
      : memory.klCoefficient,
  };
}

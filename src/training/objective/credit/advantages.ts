import { assertNever } from '../../../base/errors.ts';
import type { ObjectiveMemory } from '../../../record/objectiveMemory.ts';
import type { Trajectory } from '../batch.ts';
import type { Credit } from '../parts.ts';
import { returnsToGo } from './returns.ts';
import { gaeAdvantages, returnsAdvantages, riskAdvantages, setCreditAdvantages } from './creditRules.ts';
import { sharedByTokens, type Advantages, type Earned } from './earned.ts';
import { learnCredit } from './learnCredit.ts';
import { turnSums } from './tokenReturns.ts';

export interface CreditInput {
  readonly batch: readonly Trajectory[];
  readonly takesPart: readonly boolean[];
  /** [trajectory][turn], without the KL penalty */
  readonly rewards: readonly (readonly number[])[];
  /** A KL penalty as a reward of each token; null: there is none. */
  readonly tokenRewards: readonly (readonly number[])[] | null;
  readonly discount: number;
  readonly memory: ObjectiveMemory;
}

export interface CreditResult extends Advantages {
  /** Returns-to-go, KL in the reward included. */
  readonly returns: readonly (readonly number[])[];
  /** What was expected of each turn; null where nothing was. */
  readonly baselines: readonly (readonly (number | null)[])[];
  /** What a value head should have predicted; null where nobody knows. */
  readonly valueTargets: readonly (readonly (number | null)[])[];
  /** False for trajectories that this credit does not learn from. */
  readonly isKept: readonly boolean[];
  /** After this batch. */
  readonly memory: ObjectiveMemory;
}

/** From rewards to advantages, for a whole batch. Trajectories that take no part get 0. */
export function advantagesOf(credit: Credit, input: CreditInput): CreditResult {
  const { batch, tokenRewards } = input;
  const rewards = input.rewards.map((turns, index) => {
    const counts = batch[index]?.turns.map(({ tokenCount }) => tokenCount) ?? [];
    const penalties = tokenRewards ? turnSums(counts, tokenRewards[index] ?? []) : [];
    return turns.map((reward, turn) => reward + (penalties[turn] ?? 0));
  });
  const returns = rewards.map((turns) => returnsToGo(turns, input.discount));
  const earned: Earned = { ...input, rewards, returns };
  const common = {
    returns,
    baselines: returns.map((turns) => turns.map(() => null)),
    valueTargets: returns,
    isKept: batch.map(() => true),
    memory: learnCredit(credit, earned),
  };
  switch (credit.kind) {
    case 'returns':
      return { ...common, ...returnsAdvantages(credit, earned) };
    case 'gae':
      return { ...common, ...gaeAdvantages(credit, earned) };
    case 'quantile-risk':
      return { ...common, ...riskAdvantages(credit, earned) };
    case 'set':
      return { ...common, ...setCreditAdvantages(credit, earned) };
    case 'imitation': {
      const isKept = batch.map(({ source, outcome }) => source === 'demonstration' || outcome >= credit.minimumOutcome);
      return { ...common, ...sharedByTokens(batch, isKept.map(Number)), isKept };
    }
    default:
      return assertNever(credit);
  }
}

import type { ObjectiveMemory } from '../../../record/objectiveMemory.ts';
import type { Trajectory } from '../batch.ts';

/** A batch after its rewards: what credit is computed from. */
export interface Earned {
  readonly batch: readonly Trajectory[];
  /** Whether a trajectory is compared: sampled by the policy or with guidance, and not filtered out before. */
  readonly takesPart: readonly boolean[];
  /** Of each turn, KL in the reward included, [trajectory][turn]. */
  readonly rewards: readonly (readonly number[])[];
  /** Returns-to-go of `rewards`, [trajectory][turn]. */
  readonly returns: readonly (readonly number[])[];
  /** The KL penalty of each token, which `rewards` include, [trajectory][token]; null: there is none. */
  readonly tokenRewards: readonly (readonly number[])[] | null;
  readonly discount: number;
  readonly memory: ObjectiveMemory;
}

/** How good each turn and each token was. */
export interface Advantages {
  /** [trajectory][turn]: that of the turn's first token. */
  readonly turns: readonly (readonly number[])[];
  /** [trajectory][token] */
  readonly tokens: readonly (readonly number[])[];
}

/** Return from the first turn; null for what is not compared. */
export function firstReturns({ takesPart, returns }: Pick<Earned, 'takesPart' | 'returns'>): (number | null)[] {
  return returns.map((turns, index) => (takesPart[index] ? (turns[0] ?? null) : null));
}

/** One advantage for all tokens of a trajectory. */
export function sharedByTokens(batch: readonly Trajectory[], values: readonly number[]): Advantages {
  const turns = batch.map((trajectory, index) => trajectory.turns.map(() => values[index] ?? 0));
  return { turns, tokens: spreadOverTokens(batch, turns) };
}

/** The value of each token's turn. */
export function spreadOverTokens(batch: readonly Trajectory[], turns: readonly (readonly number[])[]): number[][] {
  return batch.map((trajectory, index) =>
    trajectory.turns.flatMap(({ tokenCount }, turn) => new Array<number>(tokenCount).fill(turns[index]?.[turn] ?? 0)),
  );
}

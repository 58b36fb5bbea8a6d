import { AppError } from '../../base/errors.ts';
import type { SeatIndex } from '../../record/scenario.ts';

/**
 * Where a trajectory's tokens come from. `policy`: sampled from the strategist as it is trained. `guided`: sampled with help
 * in the prompt (hint, example, critique) that the training sequence leaves out. `demonstration`: written by somebody else.
 * `tempered`: sampled from the strategist at another temperature.
 */
export const SOURCES = ['policy', 'guided', 'demonstration', 'tempered'] as const;
export type Source = (typeof SOURCES)[number];

/** One seat's side of one episode, as the objective sees it: numbers only, in speaking order. */
export interface Trajectory {
  readonly seat: SeatIndex;
  readonly scenario: string;
  /** Who is compared with whom: `groupOf`, or the state that strategies were branched from. Seats never share a group. */
  readonly group: string;
  readonly source: Source;
  /** How well the seat reached its goal, 0–1. */
  readonly outcome: number;
  /** The episode was ended by a limit, not by its rules: what would have followed is unknown. */
  readonly isCutOff: boolean;
  /** What was tried, equal for trajectories that mean the same; null when nobody can tell. */
  readonly kind: string | null;
  /** The trajectory whose first turns this one repeats. */
  readonly fork: { readonly parent: number; readonly sharedTurns: number } | null;
  readonly turns: readonly TrajectoryTurn[];
  readonly tokens: TokensAtSampling;
}

export interface TrajectoryTurn {
  readonly reward: number;
  readonly tokenCount: number;
  /** What the linear baseline may look at; null where the environment has no such numbers. */
  readonly situation: TurnSituation | null;
  /** What the value head predicted for the reward-to-go, before the update; null without one. */
  readonly value: number | null;
  /** Probability, under the policy, that the goal will be met, judged before this turn; null when it was not asked. */
  readonly belief: number | null;
}

export interface TurnSituation {
  /** Own value of the offer on the table, 0–10; null when there was none. */
  readonly offerValue: number | null;
  /** Own value of the seat's standing proposal; null when there was none. */
  readonly proposalValue: number | null;
  /** Own turns left, this one included. */
  readonly turnsLeft: number;
}

/** Per token of all turns, in order, nats. Everything here is a constant of the update: no derivative passes through it. */
export interface TokensAtSampling {
  /** Under the weights, and in the context, that sampled the token. */
  readonly logProbs: ArrayLike<number>;
  readonly entropies: ArrayLike<number>;
  /** In the training context under the weights at the start of the update, where they differ from those that sampled. */
  readonly proximalLogProbs: ArrayLike<number> | null;
  readonly baseLogProbs: ArrayLike<number> | null;
  /** Under the sampling weights at the temperature that the objective asks for. */
  readonly temperedLogProbs: ArrayLike<number> | null;
  /** 1 where the token is trained on; null: everywhere. */
  readonly isTrained: ArrayLike<number> | null;
}

/** The dialogues of one scenario, one seat. Seats have different goals, so they never share a baseline. */
export function groupOf({ scenario, seat }: { readonly scenario: string; readonly seat: SeatIndex }): string {
  return `${scenario}/${seat}`;
}

/** The strategies sampled from one state: what a vine compares. */
export function vineGroupOf(episodeId: string, turnIndex: number, seat: SeatIndex): string {
  return `${episodeId}@${turnIndex}/${seat}`;
}

export function tokenCountOf({ turns }: Pick<Trajectory, 'turns'>): number {
  return turns.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
}

/** The own-turn number of every token, length Σ tokenCount. */
export function turnOfTokens({ turns }: Pick<Trajectory, 'turns'>): number[] {
  return turns.flatMap(({ tokenCount }, turn) => new Array<number>(tokenCount).fill(turn));
}

/** Whether the token is trained on at all: what is forced into a turn, or read in it, is no action. */
export function isTrainedToken({ isTrained }: Pick<TokensAtSampling, 'isTrained'>, token: number): boolean {
  return (isTrained?.[token] ?? 1) === 1;
}

/** The values of the tokens that are trained on. */
export function ofTrainedTokens<Value>(tokens: TokensAtSampling, values: ArrayLike<Value>): Value[] {
  return Array.from(values).filter((_, token) => isTrainedToken(tokens, token));
}

/** Indices of the batch's trajectories by group, in order of appearance. */
export function indicesByGroup(batch: readonly Pick<Trajectory, 'group'>[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  batch.forEach(({ group }, index) => {
    const members = groups.get(group) ?? [];
    members.push(index);
    groups.set(group, members);
  });
  return groups;
}

/**
 * Whether every array speaks about the same tokens.
 * @throws AppError `objective-tokens`; the weights of other tokens than those that were sampled would be trained
 */
export function assertAligned(batch: readonly Trajectory[]): void {
  batch.forEach((trajectory, index) => {
    const expected = tokenCountOf(trajectory);
    for (const [name, values] of Object.entries(trajectory.tokens) as [string, ArrayLike<number> | null][]) {
      if (values === null || values.length === expected) continue;
      throw new AppError('objective-tokens', {
        what: `Trajectory ${index} cannot be learned from.`,
        why: `Its turns have ${expected} tokens, but ${name} has ${values.length} entries.`,
        fix: 'Give one number per sampled token, end tokens included, and none for anybody else’s tokens.',
      });
    }
  });
}

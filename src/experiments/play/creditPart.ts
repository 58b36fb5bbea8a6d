import type { Desk, Job } from '../../policy/generate.ts';
import { runWriters } from '../../policy/generate.ts';
import type { CreditResult } from '../../record/experiment.ts';
import type { RewardKind } from '../../record/runConfig.ts';
import { withWorths } from '../../training/gather/rolloutValue.ts';
import { contextCount, playBranches, type PlayedEpisode } from '../../training/rollout.ts';
import { rewardsOfKind } from '../../training/sideRewards.ts';
import type { Stage } from './stage.ts';

/** Dialogues that are played on from before every turn: each turn is worth the difference of two such means. */
const CONTINUATIONS = 16;
/** Rewards that a rule gives from the dialogue alone. */
export const RULED_REWARDS = [
  'terminal',
  'potential',
  'critical-accepting',
  'critical-progress',
] as const satisfies readonly RewardKind[];
const DISCOUNT = 0.99;

/**
 * Plays dialogues of the cell and, from before and after each turn, many continuations; yields what every own turn of the
 * measured seat earned under each turn reward beside what it was worth. Dialogues in which nobody knows the points are empty.
 *
 * @param stage with slots for a fork beside each dialogue
 * @throws the signal's reason when it is aborted
 */
export async function* measureCredit(
  { table, decoder, episode }: Stage,
  indices: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<readonly CreditResult[], void> {
  const afterwards = withWorths(table, CONTINUATIONS);
  const planned = indices.map(episode);
  const jobs = planned.map(({ plan }): Job<readonly PlayedEpisode[]> => ({
    slotCount: 2 * contextCount(plan),
    start: (desk: Desk) => playBranches(table, plan, () => [], desk, {}, afterwards),
  }));
  for await (const { finished } of runWriters(decoder, jobs, signal)) {
    if (finished.length === 0) continue;
    yield finished.flatMap(({ index: place, outcome: [played] }) => {
      const [index, seat] = [indices[place], planned[place]?.seat];
      if (!played || index === undefined || seat === undefined) return [];
      const own = played.turns.filter((turn) => turn.seat === seat);
      const rewards = new Map(
        RULED_REWARDS.map((kind) => [kind, rewardsOfKind(kind, DISCOUNT, { episode: played, seat })]),
      );
      const turns = own.flatMap(({ turnIndex }, ownTurn) => {
        const [before, after] = [played.worths?.[turnIndex]?.[seat], played.worths?.[turnIndex + 1]?.[seat]];
        if (typeof before !== 'number' || typeof after !== 'number') return [];
        const earned = Object.fromEntries([...rewards].map(([kind, given]) => [kind, given[ownTurn]?.reward ?? 0]));
        return [{ turnsToGo: own.length - 1 - ownTurn, gain: after - before, rewards: earned }];
      });
      return [{ index, cluster: played.scenario.canonicalId, turns }];
    });
  }
}

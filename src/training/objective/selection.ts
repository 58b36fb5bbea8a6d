import { AppError } from '../../base/errors.ts';
import { indicesByGroup, isTrainedToken, type Trajectory } from './batch.ts';
import { mostInformative, mostVaried, relaxedShare } from './data/downSampling.ts';
import { hasSpread } from './data/dynamicSampling.ts';
import { mixtureOf } from './data/mixing.ts';
import { sourcesOf } from './needs.ts';
import type { DataSide, Objective } from './parts.ts';

/**
 * A batch must hold nothing that the objective has no formula for.
 * @throws AppError `objective-source`
 */
export function assertLearnable(objective: Objective, batch: readonly Trajectory[]): void {
  const known = sourcesOf(objective);
  const unknown = batch.find(({ source }) => !known.has(source));
  if (!unknown) return;
  throw new AppError('objective-source', {
    what: `This objective does not learn from ${unknown.source} trajectories.`,
    why: 'They were not sampled from the policy as it is trained, and nothing in the objective says what they weigh.',
    fix: 'Leave them out of the batch, or choose an objective that uses them.',
  });
}

/** Who is compared: the policy's own and guided trajectories with at least one turn, without the rejected guided ones. */
export function comparedTrajectories(data: DataSide, batch: readonly Trajectory[]): boolean[] {
  const rejection = data.filters.find((filter) => filter.kind === 'reject-guided');
  return batch.map(({ source, turns, outcome }) => {
    if (turns.length === 0) return false;
    if (source === 'guided') return !rejection || outcome >= rejection.minimumOutcome;
    return source === 'policy';
  });
}

/** What filters leave of the compared trajectories, once their advantages are known. */
export function keptTrajectories(
  data: DataSide,
  batch: readonly Trajectory[],
  compared: readonly boolean[],
  { earned, advantages, progress }: { earned: readonly number[]; advantages: readonly number[]; progress: number },
): boolean[] {
  return data.filters.reduce(
    (kept, filter): boolean[] => {
      switch (filter.kind) {
        case 'reject-guided':
          return kept; // decided before anything was compared
        case 'minimum-outcome':
          return kept.map((isKept, index) => isKept && (batch[index]?.outcome ?? 0) >= filter.outcome);
        case 'dynamic-sampling': {
          const groups = batch.map(({ group }, index) => (compared[index] ? group : `alone ${index}`));
          const spread = hasSpread(groups, earned);
          return kept.map((isKept, index) => isKept && spread[index] === true);
        }
        case 'down-sample': {
          const share = relaxedShare(filter.trajectoryShare, filter.relaxedAfter, progress);
          const chosen = new Set<number>();
          for (const group of indicesByGroup(batch).values()) {
            const members = group.filter((index) => kept[index]);
            const values = members.map((index) => advantages[index] ?? 0);
            mostVaried(values, Math.ceil(share * members.length)).forEach((member) =>
              chosen.add(members[member] ?? -1),
            );
          }
          return kept.map((isKept, index) => isKept && chosen.has(index));
        }
      }
    },
    [...compared],
  );
}

/**
 * D3S on tokens, over all kept trajectories at once: with |A|·H, a batch has its informative tokens where it has them.
 * @returns [trajectory][token]; all true without the filter
 */
export function keptTokens(
  data: DataSide,
  batch: readonly Trajectory[],
  kept: readonly boolean[],
  advantages: readonly (readonly number[])[],
  progress: number,
): boolean[][] {
  const filter = data.filters.find((candidate) => candidate.kind === 'down-sample');
  if (!filter) return advantages.map((own) => own.map(() => true));
  const share = relaxedShare(filter.tokenShare, filter.relaxedAfter, progress);
  const used = batch.flatMap(({ tokens }, index) =>
    kept[index]
      ? Array.from(tokens.entropies, (entropy, token) => ({ index, token, entropy })).filter(({ token }) =>
          isTrainedToken(tokens, token),
        )
      : [],
  );
  const informative = mostInformative(
    used.map(({ index, token }) => advantages[index]?.[token] ?? 0),
    used.map(({ entropy }) => entropy),
    share,
  );
  const result = advantages.map((own) => own.map(() => false));
  used.forEach(({ index, token }, position) => {
    const own = result[index];
    if (own) own[token] = informative[position] === true;
  });
  return result;
}

/** The factor of each trajectory in the policy term: 1, 0 where it is left out, or what HPT's gate says of its group. */
export function trajectoryWeights(data: DataSide, batch: readonly Trajectory[], kept: readonly boolean[]): number[] {
  const rule = data.demonstrations;
  const weights = kept.map(Number);
  if (!rule) return weights;
  for (const group of indicesByGroup(batch).values()) {
    const outcomes = group.flatMap((index) => (batch[index]?.source === 'policy' ? [batch[index]?.outcome ?? 0] : []));
    const hasDemonstrations = group.some((index) => batch[index]?.source === 'demonstration');
    const mixture = mixtureOf(outcomes, hasDemonstrations, rule);
    for (const index of group) {
      const isDemonstration = batch[index]?.source === 'demonstration';
      weights[index] = isDemonstration ? mixture.demonstrations : (weights[index] ?? 0) * mixture.own;
    }
  }
  return weights;
}

import { indicesByGroup, ofTrainedTokens, type Trajectory } from '../batch.ts';
import type { AdvantageAdjustment, GaeCredit, QuantileRiskCredit, ReturnsCredit, SetCredit } from '../parts.ts';
import { baselineValues, linearPredictions } from './baselines.ts';
import { firstReturns, sharedByTokens, type Advantages, type Earned } from './earned.ts';
import { generalisedAdvantages } from './gae.ts';
import { sharpenedByNovelty } from './novelty.ts';
import { bundlesOf, empiricalQuantile, riskAdvantage, type Quantiles } from './quantileRisk.ts';
import { byWhitening } from './scales.ts';
import { scaled } from './scaling.ts';
import { setAdvantages } from './setAdvantages.ts';
import { attributeSharedTurns } from './sharedTurns.ts';
import { tokenReturns } from './tokenReturns.ts';

type Nullable = readonly (readonly (number | null)[])[];

/** Returns minus a baseline, scaled, adjusted. */
export function returnsAdvantages(
  credit: ReturnsCredit,
  earned: Earned,
): Advantages & { readonly baselines: Nullable } {
  const { batch, returns, takesPart } = earned;
  const baselines = baselineValues(credit.baseline, earned);
  const isToGo = credit.signal === 'reward-to-go';
  const values = isToGo ? returns : returns.map((turns) => turns.map(() => turns[0] ?? 0));
  const turns = values.map((own, index) => own.map((value, turn) => less(value, baselines[index]?.[turn])));
  const tokens = batch.map((trajectory, index) => {
    const counts = countsOf(trajectory);
    const paid = isToGo ? (earned.tokenRewards?.[index] ?? null) : null;
    const perTurn = counts.flatMap((count, turn) =>
      new Array<number | null>(count).fill(baselines[index]?.[turn] ?? null),
    );
    return tokenReturns(values[index] ?? [], counts, paid).map((value, token) => less(value, perTurn[token]));
  });
  const whole = scaled(credit.scale, { turns, tokens }, earned);
  // Where there is nothing to compare with, nothing is learned, whatever the scale shifted.
  const comparable = batch.map((_, index) => takesPart[index] && (baselines[index]?.[0] ?? null) !== null);
  const silent = (own: readonly (readonly number[])[]) =>
    own.map((mine, index) => (comparable[index] ? mine : mine.map(() => 0)));
  const advantages: Advantages = { turns: silent(whole.turns), tokens: silent(whole.tokens) };
  const adjust = (now: Advantages, rule: AdvantageAdjustment) => adjusted(rule, now, earned);
  return { ...credit.adjustments.reduce(adjust, advantages), baselines };
}

/** Advantages from the differences between values (GAE), scaled. */
export function gaeAdvantages(
  { lambda, values: source, afterCutOff, scale }: GaeCredit,
  earned: Earned,
): Advantages & { readonly baselines: Nullable; readonly valueTargets: Nullable } {
  const { batch, rewards, discount } = earned;
  const values =
    source === 'linear' ? linearPredictions(earned) : batch.map(({ turns }) => turns.map(({ value }) => value ?? 0));
  const isOpen = (index: number) => batch[index]?.isCutOff === true && afterCutOff === 'last-value';
  const turns = batch.map((_, index) => {
    const own = values[index] ?? [];
    const valueAfterLast = isOpen(index) ? (own.at(-1) ?? 0) : 0;
    return generalisedAdvantages(rewards[index] ?? [], own, { discount, lambda, valueAfterLast });
  });
  const tokens = batch.map((trajectory, index) =>
    tokenReturns(turns[index] ?? [], countsOf(trajectory), earned.tokenRewards?.[index] ?? null),
  );
  return {
    ...scaled(scale, { turns, tokens }, earned),
    baselines: values,
    valueTargets: turns.map((own, index) =>
      own.map((advantage, turn) => (isOpen(index) ? null : advantage + (values[index]?.[turn] ?? 0))),
    ),
  };
}

/** One advantage per bundle of trajectories, mean 0 and standard deviation 1 over bundles. */
export function riskAdvantages(credit: QuantileRiskCredit, earned: Earned): Advantages {
  const bundles = riskBundles(credit, earned);
  const quantiles = earned.memory.quantiles ?? firstQuantiles(credit, bundles);
  const worths = bundles.map(({ score }) => riskAdvantage(score, quantiles, credit));
  const { shift, divisor } = byWhitening(worths);
  const values = earned.batch.map(() => 0);
  bundles.forEach(({ members }, bundle) =>
    members.forEach((index) => (values[index] = ((worths[bundle] ?? 0) - shift) / divisor)),
  );
  return sharedByTokens(earned.batch, values);
}

export function riskBundles({ bundleSize }: QuantileRiskCredit, earned: Earned) {
  const first = firstReturns(earned);
  const groups = [...indicesByGroup(earned.batch).values()].map((group) =>
    group.filter((index) => first[index] !== null),
  );
  return bundlesOf(groups, bundleSize)
    .filter((members) => members.length > 0)
    .map((members) => ({
      members,
      score: members.reduce((sum, index) => sum + (first[index] ?? 0), 0) / members.length,
    }));
}

/** What tracking starts from: the quantiles of the first batch itself. */
export function firstQuantiles(
  { lowerLevel, upperLevel }: QuantileRiskCredit,
  bundles: readonly { readonly score: number }[],
): Quantiles {
  const scores = bundles.map(({ score }) => score);
  return [empiricalQuantile(scores, lowerLevel), empiricalQuantile(scores, upperLevel)];
}

/** One advantage per trajectory: what it adds to the sets it is in. */
export function setCreditAdvantages({ size }: SetCredit, earned: Earned): Advantages {
  const { batch } = earned;
  const first = firstReturns(earned);
  const values = batch.map(() => 0);
  for (const group of indicesByGroup(batch).values()) {
    const indices = group.filter((index) => first[index] !== null);
    const members = indices.map((index) => ({ earned: first[index] ?? 0, kind: batch[index]?.kind ?? null }));
    setAdvantages(members, size).forEach((value, member) => (values[indices[member] ?? -1] = value));
  }
  return sharedByTokens(batch, values);
}

function adjusted(rule: AdvantageAdjustment, advantages: Advantages, { batch, takesPart }: Earned): Advantages {
  if (rule.kind === 'shared-turns') {
    const turns = attributeSharedTurns(batch, advantages.turns);
    const change = turns.map((own, index) => own.map((value, turn) => value - (advantages.turns[index]?.[turn] ?? 0)));
    const tokens = batch.map((trajectory, index) => {
      const perToken = countsOf(trajectory).flatMap((count, turn) =>
        new Array<number>(count).fill(change[index]?.[turn] ?? 0),
      );
      return perToken.map((value, token) => value + (advantages.tokens[index]?.[token] ?? 0));
    });
    return { turns, tokens };
  }
  const likelihoods = batch.map(({ tokens }, index) =>
    takesPart[index] ? mean(ofTrainedTokens(tokens, tokens.logProbs)) : null,
  );
  const groupMean = new Map(
    [...indicesByGroup(batch)].map(([group, members]) => [
      group,
      mean(members.flatMap((index) => likelihoods[index] ?? [])),
    ]),
  );
  const sharpen = (values: readonly (readonly number[])[]) =>
    values.map((own, index) =>
      own.map((value) =>
        sharpenedByNovelty(value, likelihoods[index] ?? 0, groupMean.get(batch[index]?.group ?? '') ?? 0, rule),
      ),
    );
  return { turns: sharpen(advantages.turns), tokens: sharpen(advantages.tokens) };
}

function countsOf({ turns }: Trajectory): number[] {
  return turns.map(({ tokenCount }) => tokenCount);
}

function less(value: number, baseline: number | null | undefined): number {
  return baseline === null || baseline === undefined ? 0 : value - baseline;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

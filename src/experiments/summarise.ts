import type { Interval } from '../base/statistics.ts';
import type { EpisodeResult } from '../record/experiment.ts';
import type { CellSummary, Comparison } from '../record/experimentReport.ts';
import { SOCIAL_DIMENSION_NAMES } from '../record/socialEvaluation.ts';
import { samplesOf } from './known.ts';
import { bootstrapDifference, bootstrapMean } from './statistics/bootstrap.ts';
import { holm } from './statistics/holm.ts';
import { pairedTest } from './statistics/pairedTest.ts';

export type Value = (result: EpisodeResult) => number | null;

/** Means of a cell, or of several cells that are one condition (seeds). */
export function summarise(results: readonly EpisodeResult[]): CellSummary {
  const mean = (value: Value, among = results): Interval | null => {
    const samples = samplesOf(among, value);
    return samples.length === 0 ? null : bootstrapMean(samples);
  };
  const agreed = results.filter(({ endReason }) => endReason === 'agreement');
  const own = results.flatMap(({ turns, seat }) => turns.filter((turn) => turn.seat === seat));
  const advised = own.filter(({ strategy }) => strategy !== null);
  const checked = advised.filter(({ isFollowed }) => isFollowed !== null);
  const share = <Item>(items: readonly Item[], holds: (item: Item) => boolean) =>
    items.length === 0 ? null : items.filter(holds).length / items.length;
  const social = results.some((result) => result.social) ? socialMeans(results) : null;
  return {
    episodes: results.length,
    scenarios: new Set(results.map(({ cluster }) => cluster)).size,
    points: mean(({ points }) => points),
    partnerPoints: mean(({ partnerPoints }) => partnerPoints),
    margin: mean(margin),
    bothPoints: mean(bothPoints),
    agreementShare: bootstrapMean(samplesOf(results, ({ endReason }) => (endReason === 'agreement' ? 1 : 0))),
    paretoShare: mean(({ isParetoOptimal }) => (isParetoOptimal ? 1 : 0), agreed),
    readableShare: share(advised, ({ family }) => family !== null),
    applicableShare: share(advised, ({ isApplicable }) => isApplicable),
    followedShare: share(checked, ({ isFollowed }) => isFollowed === true),
    invalidShare: share(own, ({ kind }) => kind === 'invalid') ?? 0,
    turnsPerEpisode: results.reduce((sum, { turns }) => sum + turns.length, 0) / Math.max(1, results.length),
    ...(social && { social }),
  };
}

/** By how much the measured seat was ahead of its partner. */
export function margin({ points, partnerPoints }: EpisodeResult): number | null {
  return points === null || partnerPoints === null ? null : points - partnerPoints;
}

/** Joint surplus: what both seats earned together. */
export function jointPoints({ points, partnerPoints }: EpisodeResult): number | null {
  return points === null || partnerPoints === null ? null : points + partnerPoints;
}

/** Mean of both seats. */
export function bothPoints(result: EpisodeResult): number | null {
  const joint = jointPoints(result);
  return joint === null ? null : joint / 2;
}

function socialMeans(results: readonly EpisodeResult[]): Record<string, Interval> {
  const names = [...SOCIAL_DIMENSION_NAMES, 'overall'] as const;
  return Object.fromEntries(
    names.map((name) => [name, bootstrapMean(samplesOf(results, ({ social }) => (social ? social[name] : null)))]),
  );
}

/** One condition with what it came to. */
export interface Condition {
  readonly label: string;
  readonly results: readonly EpisodeResult[];
}

/** One condition minus each of others, with Holm's correction over them all. */
export function compareWith(one: Condition, others: readonly Condition[], value: Value = ownPoints): Comparison[] {
  return compared(
    others.map((other) => [one, other]),
    value,
  );
}

/** Each condition minus one that they have in common, with Holm's correction over them all. */
export function compareAll(ones: readonly Condition[], other: Condition, value: Value = ownPoints): Comparison[] {
  return compared(
    ones.map((one) => [one, other]),
    value,
  );
}

const ownPoints: Value = ({ points }) => points;

/** By how much the one is further ahead of its partner than the other; nothing where nobody knows. */
function marginChange(before: Condition, after: Condition): Pick<Comparison, 'margin'> {
  const [left, right] = [samplesOf(before.results, margin), samplesOf(after.results, margin)];
  return left.length === 0 || right.length === 0 ? {} : { margin: bootstrapDifference(left, right) };
}

function compared(pairs: readonly (readonly [Condition, Condition])[], value: Value): Comparison[] {
  const measured = pairs.flatMap(([one, other]) => {
    const [after, before] = [samplesOf(one.results, value), samplesOf(other.results, value)];
    if (before.length === 0 || after.length === 0) return [];
    return [{ one, other, difference: bootstrapDifference(before, after), p: pairedTest(before, after) }];
  });
  const corrected = holm(measured.map(({ p }) => p));
  return measured.map(({ one, other, difference, p }, index) => ({
    label: one.label,
    against: other.label,
    difference,
    p,
    corrected: corrected[index] ?? 1,
    ...marginChange(other, one),
  }));
}

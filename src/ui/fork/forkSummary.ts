import type { ForkArm, ForkReplay } from '../../../workers/protocol.ts';
import { clusteredMean, pairedDifference, type Interval, type Sample } from '../../base/statistics.ts';
import type { SeatIndex } from '../../record/scenario.ts';

/** What the replays with one strategy came to, for the seat that wrote it. */
export interface ArmSummary {
  readonly arm: ForkArm;
  readonly replays: number;
  /** null before the first replay, and where nobody knows the points. */
  readonly points: Interval | null;
  /** To the recorded strategy, paired by replay; null for that one itself. */
  readonly difference: Interval | null;
  /** Share that ended in an agreement or at the task's end. */
  readonly doneShare: number;
  /** How many replays earned 0, 1 … 10 points, rounded. */
  readonly histogram: readonly number[];
}

export interface ForkSummary {
  readonly arms: readonly ArmSummary[];
  /** What the checkpoint's own choice is worth: the mean over all that it wrote. null where it was not asked. */
  readonly ownChoice: Interval | null;
  /** The recorded strategy against that: an advantage that nobody has estimated. */
  readonly advantage: Interval | null;
}

export function summariseFork(arms: readonly ForkArm[], replays: readonly ForkReplay[], seat: SeatIndex): ForkSummary {
  const samples = arms.map((_, arm) => samplesOf(replays, arm, seat));
  const [recorded = []] = samples;
  const own = ownChoice(arms, samples);
  return {
    arms: arms.map((arm, position): ArmSummary => {
      const of = replays.filter((one) => one.arm === position);
      const points = samples[position] ?? [];
      const isDone = ({ endReason }: ForkReplay) => endReason === 'agreement' || endReason === 'finished';
      return {
        arm,
        replays: of.length,
        points: points.length === 0 ? null : clusteredMean(points),
        difference: position === 0 ? null : differenceOf(recorded, points),
        doneShare: of.filter(isDone).length / Math.max(1, of.length),
        histogram: histogramOf(points),
      };
    }),
    ownChoice: own.length === 0 ? null : clusteredMean(own),
    advantage: differenceOf(own, recorded),
  };
}

/** Each replay is a cluster: with the same random numbers, two strategies' replays of one number are a pair. */
function samplesOf(replays: readonly ForkReplay[], arm: number, seat: SeatIndex): Sample[] {
  return replays.flatMap(({ arm: of, replay, points }) => {
    const value = points[seat];
    return of === arm && value !== null ? [{ cluster: String(replay), value }] : [];
  });
}

/** For each replay that all drawn strategies have, their mean, weighted by how often each was drawn. */
function ownChoice(arms: readonly ForkArm[], samples: readonly (readonly Sample[])[]): Sample[] {
  const drawn = arms.flatMap(({ drawn: times }, arm) => {
    const values = new Map((samples[arm] ?? []).map(({ cluster, value }) => [cluster, value]));
    return times > 0 ? [{ times, values }] : [];
  });
  const total = drawn.reduce((sum, { times }) => sum + times, 0);
  const [first, ...others] = drawn;
  return [...(first?.values.keys() ?? [])]
    .filter((cluster) => others.every(({ values }) => values.has(cluster)))
    .map((cluster) => ({
      cluster,
      value: drawn.reduce((sum, { times, values }) => sum + (times / total) * (values.get(cluster) ?? 0), 0),
    }));
}

function differenceOf(before: readonly Sample[], after: readonly Sample[]): Interval | null {
  return before.length === 0 || after.length === 0 ? null : pairedDifference(before, after);
}

const MOST_POINTS = 10;

function histogramOf(samples: readonly Sample[]): number[] {
  const bins = Array.from({ length: MOST_POINTS + 1 }, () => 0);
  for (const { value } of samples) {
    const bin = Math.min(MOST_POINTS, Math.max(0, Math.round(value)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

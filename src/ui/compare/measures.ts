import {
  clusteredMean,
  pairedDifference,
  unpairedDifference,
  type Interval,
  type Sample,
} from '../../base/statistics.ts';
import type { Episode } from '../../record/episode.ts';
import type { Evaluation } from '../../record/evaluation.ts';
import type { MetricName } from '../../record/metrics.ts';
import { environmentFor } from '../../environment/registry.ts';
import { shareEnvironment, type ComparedRun } from './comparedRun.ts';

export type MeasureUnit = 'points' | 'share' | 'nats' | 'number' | 'seconds';

/** What one run measured, and how far that is from the first run. */
export interface MeasureCell {
  /** A bare number where nothing tells how certain it is; null where it was not measured. */
  readonly value: Interval | number | null;
  /** null for the first run, and where nothing tells how certain it would be. */
  readonly difference: Interval | null;
}

export interface MeasureRow {
  readonly label: string;
  /** Of what, and how the difference was taken. */
  readonly about: string;
  readonly unit: MeasureUnit;
  /** Whether more of it is what the run is for; null where that cannot be said. */
  readonly moreIsBetter: true | null;
  /** One per run, in order. */
  readonly cells: readonly MeasureCell[];
}

export interface MeasuredRun extends ComparedRun {
  /** Dialogues of its last updates. */
  readonly lastEpisodes: readonly Episode[];
}

/** Every measure that at least one run has. Points of different environments are shown, but never subtracted. */
export function measureRows(runs: readonly MeasuredRun[]): MeasureRow[] {
  const isComparable = shareEnvironment(runs);
  const rows = [...heldOutRows(runs, isComparable), ...dialogueRows(runs, isComparable), ...updateRows(runs)];
  return rows.filter(({ cells }) => cells.some(({ value }) => value !== null));
}

const HELD_OUT = 'last evaluation on held-out scenarios; difference unpaired, so its interval is rather too wide';

function heldOutRows(runs: readonly MeasuredRun[], isComparable: boolean): MeasureRow[] {
  const row = (label: string, unit: MeasureUnit, of: (evaluation: Evaluation) => Interval | null): MeasureRow => {
    const values = runs.map(({ evaluations }) => {
      const last = evaluations.at(-1);
      return last ? of(last.evaluation) : null;
    });
    const [first = null] = values;
    const differenceOf = (value: Interval | null, index: number) =>
      isComparable && index > 0 && first && value ? unpairedDifference(first, value) : null;
    const cells = values.map((value, index) => ({ value, difference: differenceOf(value, index) }));
    return { label, about: HELD_OUT, unit, moreIsBetter: true, cells };
  };
  return [
    row('Held-out points', 'points', ({ points }) => points),
    row('Held-out agreement', 'share', ({ agreementShare }) => agreementShare),
    row('Held-out Pareto', 'share', ({ paretoShare }) => paretoShare),
  ];
}

const DIALOGUES = 'dialogues of the last updates; difference paired by scenario';

function dialogueRows(runs: readonly MeasuredRun[], isComparable: boolean): MeasureRow[] {
  const row = (label: string, unit: MeasureUnit, valueOf: (episode: Episode) => number | null): MeasureRow => {
    const samples = runs.map(({ lastEpisodes }) => samplesOf(lastEpisodes, valueOf));
    const [first = []] = samples;
    const cells = samples.map((own, index): MeasureCell => {
      if (own.length === 0) return { value: null, difference: null };
      const canSubtract = isComparable && index > 0 && first.length > 0;
      return { value: clusteredMean(own), difference: canSubtract ? pairedDifference(first, own) : null };
    });
    return { label, about: DIALOGUES, unit, moreIsBetter: true, cells };
  };
  return [
    row('Points, trained seats', 'points', trainedPoints),
    row('Agreement', 'share', ({ endReason, scenario }) =>
      environmentFor(scenario)?.isProposal ? Number(endReason === 'agreement') : null,
    ),
  ];
}

function samplesOf(episodes: readonly Episode[], valueOf: (episode: Episode) => number | null): Sample[] {
  return episodes.flatMap((episode) => {
    const value = valueOf(episode);
    return value === null ? [] : [{ cluster: episode.scenario.canonicalId, value }];
  });
}

function trainedPoints({ points, trainedSeats }: Episode): number | null {
  if (trainedSeats.length === 0) return null;
  return trainedSeats.reduce((sum: number, seat) => sum + points[seat], 0) / trainedSeats.length;
}

const METRICS: readonly { readonly name: MetricName; readonly label: string; readonly unit: MeasureUnit }[] = [
  { name: 'applicableShare', label: 'Strategy fit', unit: 'share' },
  { name: 'entropy', label: 'Entropy', unit: 'nats' },
  { name: 'klToBase', label: 'KL to base', unit: 'nats' },
  { name: 'gradientNorm', label: 'Gradient norm', unit: 'number' },
  { name: 'turnsPerEpisode', label: 'Turns per dialogue', unit: 'number' },
  { name: 'tokensPerSecond', label: 'Tokens / s', unit: 'number' },
];

function updateRows(runs: readonly MeasuredRun[]): MeasureRow[] {
  return METRICS.map(({ name, label, unit }) => ({
    label,
    about: 'last update',
    unit,
    moreIsBetter: null,
    cells: runs.map(({ history }) => ({ value: history.at(-1)?.metrics[name] ?? null, difference: null })),
  }));
}

/** Whether an interval lies on one side of zero: −1, 1, or 0 where it cannot be said. */
export function signOf({ low, high }: Interval): -1 | 0 | 1 {
  return low > 0 ? 1 : high < 0 ? -1 : 0;
}

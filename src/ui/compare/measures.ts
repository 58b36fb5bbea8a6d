import { unpairedDifference, type Interval } from '../../base/statistics.ts';
import type { Episode } from '../../record/episode.ts';
import type { Evaluation } from '../../record/evaluation.ts';
import type { MetricName } from '../../record/metrics.ts';
import { shareEnvironment, type Compared } from './contender.ts';
import { dialogueRow, trainedPoints, wasAgreed } from './dialogueMeasures.ts';
import { isMeasured, type MeasureRow, type MeasureUnit } from './measureRow.ts';

export interface Measured extends Compared {
  /** Dialogues of its last updates. */
  readonly lastEpisodes: readonly Episode[];
}

/**
 * Every measure that was recorded of at least one contender. Points of different environments are shown, but never subtracted.
 * @param measured as they stood (`asOf`)
 */
export function recordedRows(measured: readonly Measured[]): MeasureRow[] {
  const isComparable = shareEnvironment(measured);
  const samples = measured.map(({ lastEpisodes }) => lastEpisodes);
  const rows = [
    ...heldOutRows(measured, isComparable),
    dialogueRow(
      { label: 'Points, trained seats', unit: 'points', about: DIALOGUES, isComparable },
      samples,
      trainedPoints,
    ),
    dialogueRow({ label: 'Agreement', unit: 'share', about: DIALOGUES, isComparable }, samples, wasAgreed),
    ...updateRows(measured),
  ];
  return rows.filter(isMeasured);
}

const DIALOGUES = 'dialogues of the last updates; difference paired by scenario';
const HELD_OUT = 'last evaluation on held-out scenarios; difference unpaired, so its interval is rather too wide';

function heldOutRows(measured: readonly Measured[], isComparable: boolean): MeasureRow[] {
  const row = (label: string, unit: MeasureUnit, of: (evaluation: Evaluation) => Interval | null): MeasureRow => {
    const values = measured.map(({ evaluations }) => {
      const last = evaluations.at(-1);
      return last ? of(last.evaluation) : null;
    });
    const [first = null] = values;
    const differenceOf = (value: Interval | null, index: number) =>
      isComparable && index > 0 && first && value ? { ...unpairedDifference(first, value), pValue: null } : null;
    const cells = values.map((value, index) => ({ value, difference: differenceOf(value, index) }));
    return { label, about: HELD_OUT, unit, moreIsBetter: true, cells };
  };
  return [
    row('Held-out points', 'points', ({ points }) => points),
    row('Held-out agreement', 'share', ({ agreementShare }) => agreementShare),
    row('Held-out Pareto', 'share', ({ paretoShare }) => paretoShare),
  ];
}

const METRICS: readonly { readonly name: MetricName; readonly label: string; readonly unit: MeasureUnit }[] = [
  { name: 'applicableShare', label: 'Strategy fit', unit: 'share' },
  { name: 'entropy', label: 'Entropy', unit: 'nats' },
  { name: 'klToBase', label: 'KL to base', unit: 'nats' },
  { name: 'gradientNorm', label: 'Gradient norm', unit: 'number' },
  { name: 'turnsPerEpisode', label: 'Turns per dialogue', unit: 'number' },
  { name: 'tokensPerSecond', label: 'Tokens / s', unit: 'number' },
];

function updateRows(measured: readonly Measured[]): MeasureRow[] {
  return METRICS.map(({ name, label, unit }) => ({
    label,
    about: 'last update',
    unit,
    moreIsBetter: null,
    cells: measured.map(({ history }) => ({ value: history.at(-1)?.metrics[name] ?? null, difference: null })),
  }));
}

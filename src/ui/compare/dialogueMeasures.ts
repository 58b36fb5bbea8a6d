import { clusteredMean, pairedDifference, type Sample } from '../../base/statistics.ts';
import { environmentFor } from '../../environment/registry.ts';
import { pairedTest } from '../../experiments/statistics/pairedTest.ts';
import type { Episode, Turn } from '../../record/episode.ts';
import { isMeasured, type MeasureCell, type MeasureRow } from './measureRow.ts';

/** Measures that are taken from dialogues: differences are paired by canonical scenario. */

/** null: the dialogue says nothing of it. */
export type Measure = (episode: Episode) => number | null;

/**
 * What every contender's dialogues came to, with intervals, differences to the first one's, and the p-value of a permutation
 * test on them.
 * @param dialogues one list per contender
 */
export function dialogueRow(
  { isComparable, ...row }: Pick<MeasureRow, 'label' | 'unit' | 'about'> & { readonly isComparable: boolean },
  dialogues: readonly (readonly Episode[])[],
  measure: Measure,
  moreIsBetter: MeasureRow['moreIsBetter'] = true,
): MeasureRow {
  const samples = dialogues.map((episodes) => samplesOf(episodes, measure));
  const [first = []] = samples;
  const cells = samples.map((own, index): MeasureCell => {
    if (own.length === 0) return { value: null, difference: null };
    const canSubtract = isComparable && index > 0 && first.length > 0;
    const difference = canSubtract ? { ...pairedDifference(first, own), pValue: pairedTest(first, own) } : null;
    return { value: clusteredMean(own), difference };
  });
  return { ...row, moreIsBetter, cells };
}

/** What contenders came to that have played the same scenarios now. @param dialogues one list per contender */
export function playedRows(dialogues: readonly (readonly Episode[])[]): MeasureRow[] {
  const row = (label: string, unit: MeasureRow['unit'], measure: Measure, moreIsBetter?: MeasureRow['moreIsBetter']) =>
    dialogueRow({ label, unit, about: '', isComparable: true }, dialogues, measure, moreIsBetter);
  return [
    row('Points', 'points', trainedPoints),
    row('Agreement', 'share', wasAgreed),
    row('Pareto, of agreed', 'share', ({ endReason, isParetoOptimal }) =>
      endReason === 'agreement' ? Number(isParetoOptimal) : null,
    ),
    row(
      'Strategy fit',
      'share',
      shareOf(({ strategyReading }) => strategyReading?.isApplicable ?? null),
      null,
    ),
    row(
      'Strategy followed',
      'share',
      shareOf(({ strategyReading }) => strategyReading?.isFollowed ?? null),
      null,
    ),
    row('Turns per dialogue', 'number', ({ turns }) => turns.length, null),
  ].filter(isMeasured);
}

/** Mean points of the trained seats whose points are known. */
export function trainedPoints({ points, trainedSeats, unscored = [] }: Episode): number | null {
  const known = trainedSeats.filter((seat) => !unscored.includes(seat));
  if (known.length === 0) return null;
  return known.reduce((sum: number, seat) => sum + points[seat], 0) / known.length;
}

/** null where nobody can agree on anything. */
export function wasAgreed({ endReason, scenario }: Episode): number | null {
  return environmentFor(scenario)?.isProposal ? Number(endReason === 'agreement') : null;
}

/** Of the trained seats' turns of which it can be said. */
function shareOf(holds: (turn: Turn) => boolean | null): Measure {
  return ({ turns, trainedSeats }) => {
    const known = turns.flatMap((turn) => (trainedSeats.includes(turn.seat) ? (holds(turn) ?? []) : []));
    return known.length === 0 ? null : known.filter(Boolean).length / known.length;
  };
}

function samplesOf(episodes: readonly Episode[], measure: Measure): Sample[] {
  return episodes.flatMap((episode) => {
    const value = measure(episode);
    return value === null ? [] : [{ cluster: episode.scenario.canonicalId, value }];
  });
}

import type { DialogueLesson } from './dialogueLesson.ts';
import { learnedTurns, type Dialogue, type DialogueTurn } from './dialogueSet.ts';
import type { SeatIndex } from './scenario.ts';

/** Why a side is not learned from; the first of these that holds is counted. */
export const LEFT_OUT = {
  unscored: 'a turn has no score',
  unrated: 'no turn is rated',
  untraced: 'no log-probs were recorded',
  unreadable: 'a strategy cannot be read',
  unknownPoints: 'nobody knows what it earned',
  fewPoints: 'it earned too little',
  notBest: 'others earned more',
} as const;
export type LeftOut = keyof typeof LEFT_OUT;

export interface DialogueCounts {
  readonly dialogues: number;
  /** Seats' halves of them that may be learned from. */
  readonly sides: number;
  /** Own turns of those, and how many have a score, and a rating. */
  readonly turns: number;
  readonly scoredTurns: number;
  readonly ratedTurns: number;
}

export interface Selection {
  /** Those of which a side is left, with only such sides. */
  readonly dialogues: readonly Dialogue[];
  readonly given: DialogueCounts;
  readonly kept: DialogueCounts;
  /** Sides, by reason. */
  readonly leftOut: Readonly<Record<LeftOut, number>>;
}

/** What of a lesson decides which dialogues it takes. */
export type SelectionRule = Pick<DialogueLesson, 'recipe' | 'ratingWeight' | 'ratios' | 'filter'>;

interface Side {
  readonly dialogue: Dialogue;
  readonly seat: SeatIndex;
}

/** The sides that a lesson learns from. Pure; of sides that earned the same the earlier ones are the better. */
export function selectDialogues(dialogues: readonly Dialogue[], rule: SelectionRule): Selection {
  const sidesOf = new Map(
    dialogues.map((dialogue) => [dialogue, dialogue.learnedSeats.map((seat): Side => ({ dialogue, seat }))]),
  );
  const all = [...sidesOf.values()].flat();
  const reasons = new Map(all.map((side) => [side, reasonAgainst(side, rule)]));
  const fit = all.filter((side) => reasons.get(side) === null);
  const { topShare } = rule.filter;
  if (topShare < 1) {
    const ranked = fit.toSorted((a, b) => (pointsOf(b) ?? 0) - (pointsOf(a) ?? 0));
    for (const side of ranked.slice(Math.ceil(topShare * fit.length))) reasons.set(side, 'notBest');
  }
  const leftOut = Object.fromEntries(
    Object.keys(LEFT_OUT).map((name) => [name, [...reasons.values()].filter((reason) => reason === name).length]),
  ) as Record<LeftOut, number>; // its keys are those of the table
  const kept = dialogues.flatMap((dialogue) => {
    const sides = sidesOf.get(dialogue)?.filter((side) => reasons.get(side) === null) ?? [];
    const learnedSeats = sides.map(({ seat }) => seat);
    return learnedSeats.length === 0 ? [] : [{ ...dialogue, learnedSeats }];
  });
  return { dialogues: kept, given: countsOf(dialogues), kept: countsOf(kept), leftOut };
}

function reasonAgainst(side: Side, { recipe, ratingWeight, ratios, filter }: SelectionRule): LeftOut | null {
  const turns = ownTurns(side);
  const isRated = turns.some(({ rating }) => rating !== null);
  if (recipe !== 'sft' && ratingWeight < 1 && turns.some(({ score }) => score === null)) return 'unscored';
  if (!isRated && (filter.ratedOnly || (recipe !== 'sft' && ratingWeight === 1))) return 'unrated';
  if (ratios === 'recorded' && turns.some(({ sampled }) => sampled === undefined)) return 'untraced';
  if (filter.readableOnly && turns.some(({ isReadable }) => isReadable !== true)) return 'unreadable';
  const points = pointsOf(side);
  if (points === null) return filter.minimumPoints > 0 || filter.topShare < 1 ? 'unknownPoints' : null;
  return points < filter.minimumPoints ? 'fewPoints' : null;
}

function ownTurns({ dialogue, seat }: Side): DialogueTurn[] {
  return dialogue.turns.filter((turn) => turn.seat === seat);
}

function pointsOf({ dialogue, seat }: Side): number | null {
  return dialogue.points[seat];
}

function countsOf(dialogues: readonly Dialogue[]): DialogueCounts {
  const turns = dialogues.flatMap(learnedTurns);
  return {
    dialogues: dialogues.length,
    sides: dialogues.reduce((sum, { learnedSeats }) => sum + learnedSeats.length, 0),
    turns: turns.length,
    scoredTurns: turns.filter(({ score }) => score !== null).length,
    ratedTurns: turns.filter(({ rating }) => rating !== null).length,
  };
}

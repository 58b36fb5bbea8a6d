import { z } from 'zod';
import { findJson } from '../../base/looseJson.ts';
import { oneLine } from '../../base/oneLine.ts';

const LONGEST_REASON = 600;

const Reason = z
  .string()
  .default('')
  .catch('')
  .transform((reason) => oneLine(reason, LONGEST_REASON));

/** `3`, `"3"`, `"[3]"`, `"strategy 3"`; null for anything without exactly one whole number in it. */
const Index = z.union([z.number(), z.string()]).transform((value) => {
  const numbers = String(value).match(/\d+(\.\d+)?/gu);
  const index = numbers?.length === 1 ? Number(numbers[0]) : NaN;
  return Number.isInteger(index) && !String(value).includes('-') ? index : null;
});

const CriticalReply = z.object({
  indexes: z.union([z.array(Index), Index.transform((index) => [index])]),
  reasoning: Reason,
});

/** Models write `"7"`, and `"7/10"`. */
const Score = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*\d+(\.\d+)?\s*(\/\s*10\s*)?$/u)
    .transform(parseFloat),
]);

const GradedReply = z.object({
  scores: z.array(z.object({ index: Index, score: Score.nullable().catch(null) })),
  reasoning: Reason,
});

export interface CriticalVerdict {
  readonly ownTurns: readonly number[];
  readonly reason: string;
}

export interface GradedVerdict {
  /** One for each own turn; null where there is none within 0–10. */
  readonly scores: readonly (number | null)[];
  readonly reason: string;
}

/** Which own turns were selected. An index that is no strategy's is passed over, as the paper's code does with even ones. */
export function readCritical(reply: string, turnCount: number): CriticalVerdict | null {
  const verdict = findJson(reply, (json) => CriticalReply.safeParse(json).data);
  if (!verdict) return null;
  const ownTurns = verdict.indexes.map((index) => ownTurnOf(index, turnCount)).filter((turn) => turn !== null);
  return { ownTurns: [...new Set(ownTurns)].toSorted((first, second) => first - second), reason: verdict.reasoning };
}

/** The scores by own turn; of two for one turn, the later counts. null when no turn got one. */
export function readGraded(reply: string, turnCount: number): GradedVerdict | null {
  const verdict = findJson(reply, (json) => GradedReply.safeParse(json).data);
  if (!verdict) return null;
  const scores = Array.from({ length: turnCount }, (): number | null => null);
  for (const { index, score } of verdict.scores) {
    const turn = ownTurnOf(index, turnCount);
    if (turn !== null && score !== null && score >= 0 && score <= 10) scores[turn] = score;
  }
  return scores.some((score) => score !== null) ? { scores, reason: verdict.reasoning } : null;
}

/** Strategies stand at odd indexes. */
function ownTurnOf(index: number | null, turnCount: number): number | null {
  const turn = index !== null && index % 2 === 1 ? (index - 1) / 2 : null;
  return turn !== null && turn < turnCount ? turn : null;
}

import type { AskChat } from '../../base/chat.ts';
import { AppError } from '../../base/errors.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { overallOf } from '../../record/socialEvaluation.ts';
import type { SeatEvaluation, SocialEvaluation } from '../../record/socialEvaluation.ts';
import { evaluationMessages, repairEvaluation } from './evaluationPrompt.ts';
import { readEvaluation } from './readEvaluation.ts';

/** A finished dialogue with everything that its evaluator has to know: also what the seats could not know of each other. */
export interface EvaluatedDialogue {
  readonly names: readonly [string, string];
  readonly situation: string;
  readonly goals: readonly [string, string];
  /** What each has to keep to itself; null where there is nothing. */
  readonly secrets: readonly [string | null, string | null];
  /** What was said and done. Turns in which somebody did nothing are left out. */
  readonly turns: readonly { readonly seat: SeatIndex; readonly text: string }[];
  /** How far each goal was reached, 0–10, where rules can tell; null where the evaluator has to. */
  readonly ruledGoals: readonly [number | null, number | null];
}

/** At temperature 0, as SOTOPIA does. The limit has room for fourteen reasons. */
const EVALUATION = { temperature: 0, tokenLimit: 2_000 } as const;

/**
 * Evaluates both seats in SOTOPIA's seven dimensions with one question, and one more when the reply does not fit.
 *
 * @throws AppError `evaluation-unreadable` when it still does not fit, and what `ask` throws
 */
export async function evaluateDialogue(
  ask: AskChat,
  dialogue: EvaluatedDialogue,
  signal: AbortSignal,
): Promise<SocialEvaluation> {
  const messages = evaluationMessages(dialogue);
  const first = await ask({ messages, ...EVALUATION }, signal);
  let read = readEvaluation(first.text);
  if (!read.ok) {
    const again = repairEvaluation(messages, first.text, read.error);
    read = readEvaluation((await ask({ messages: again, ...EVALUATION }, signal)).text);
  }
  if (!read.ok) throw unreadable(read.error);
  const [goal0, goal1] = dialogue.ruledGoals;
  const [seat0, seat1] = read.value;
  return { seats: [ruled(seat0, goal0), ruled(seat1, goal1)], ruledGoals: [goal0 !== null, goal1 !== null] };
}

/** Rules outrank opinions: their score of the goal stands instead of the evaluator's. */
function ruled(evaluation: SeatEvaluation, goal: number | null): SeatEvaluation {
  if (goal === null) return evaluation;
  const dimensions = { ...evaluation.dimensions, goal: { score: goal, reason: 'Checked by the rules.' } };
  return { dimensions, overall: overallOf(dimensions) };
}

function unreadable(why: string): AppError {
  return new AppError('evaluation-unreadable', {
    what: 'The evaluator’s reply does not fit, and neither does the corrected one.',
    why: why.slice(0, 500),
    fix: 'Choose a more capable evaluator. The episode itself is kept and can be evaluated again.',
  });
}

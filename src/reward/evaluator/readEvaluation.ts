import { z } from 'zod';
import { findJson } from '../../base/looseJson.ts';
import { oneLine } from '../../base/oneLine.ts';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { overallOf, perDimension } from '../../record/socialEvaluation.ts';
import type { SeatEvaluation } from '../../record/socialEvaluation.ts';

const LONGEST_REASON = 600;

/** `["reasoning", 7]`: a whole number within the range of the dimension, or it does not count. */
const SeatReply = z.strictObject(
  perDimension(({ lowest, highest }) =>
    z
      .tuple([z.string(), z.int().min(lowest).max(highest)])
      .transform(([reason, score]) => ({ score, reason: oneLine(reason, LONGEST_REASON) })),
  ),
);
const EvaluationReply = z.strictObject({ agent_1_evaluation: SeatReply, agent_2_evaluation: SeatReply });

/**
 * Reads the evaluator's reply strictly: both seats, all seven dimensions, every score in its range. Only what stands
 * around the JSON is forgiven.
 * @returns what does not fit, in words for the evaluator
 */
export function readEvaluation(reply: string): Result<readonly [SeatEvaluation, SeatEvaluation], string> {
  let misfit = 'There is no JSON object with "agent_1_evaluation" and "agent_2_evaluation" in it.';
  const read = findJson(reply, (json) => {
    const parsed = EvaluationReply.safeParse(json);
    if (!parsed.success && isMeant(json)) misfit = z.prettifyError(parsed.error);
    return parsed.data;
  });
  return read ? ok([evaluated(read.agent_1_evaluation), evaluated(read.agent_2_evaluation)]) : err(misfit);
}

/** Whether it is the evaluation with a fault, and not some other object. */
const isMeant = (json: unknown) => typeof json === 'object' && json !== null && 'agent_1_evaluation' in json;

function evaluated(dimensions: SeatEvaluation['dimensions']): SeatEvaluation {
  return { dimensions, overall: overallOf(dimensions) };
}

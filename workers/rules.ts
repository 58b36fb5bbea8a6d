import { systemTimer } from '../src/base/timer.ts';
import { pointsByRule, type RuleDialogue } from '../src/reward/userRule.ts';
import { startRuleThread } from './ruleThread.ts';

/**
 * Has the rule of a scenario's author score dialogues, in a thread that can do nothing else and is ended by the clock.
 * For the page, which tries rules, and for the engine worker, which trains with them.
 *
 * @throws AppError `rule-…`; the signal's reason
 */
export function askRule(
  source: string,
  dialogues: readonly RuleDialogue[],
  signal: AbortSignal,
): Promise<readonly (readonly [number, number])[]> {
  return pointsByRule(source, dialogues, { startThread: startRuleThread, timer: systemTimer, signal });
}

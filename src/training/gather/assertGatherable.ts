import { AppError } from '../../base/errors.ts';
import type { Environment } from '../../environment/environment.ts';
import { environmentOf } from '../../environment/registry.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { assertSeats } from '../assertSeats.ts';
import { needsOf } from '../objective/needs.ts';
import type { Objective } from '../objective/parts.ts';
import { trainableObjective } from '../objective/trainable.ts';
import { teacherOf } from './experts.ts';
import { ruleOf } from './rules.ts';

/** Whether a run could be ordered: somebody sits everywhere, its objective can be trained, and its environment has what that asks for. @throws AppError */
export function assertStartable(config: RunConfig): void {
  assertSeats(config, config.servers);
  assertGatherable(config, trainableObjective(config), environmentOf(config.environment));
}

/**
 * Whether this environment has what the objective's dialogues are made of.
 * @throws AppError `objective-unsupplied`
 */
export function assertGatherable<State>(
  { preset, hints }: Pick<RunConfig, 'preset' | 'hints'>,
  objective: Objective,
  environment: Environment<State>,
): void {
  const needs = needsOf(objective);
  const wantsExperts = needs.has('demonstration') || ruleOf(objective, 'in-context')?.when === 'always';
  if (wantsExperts && !teacherOf(environment)) {
    throw unsupplied(preset, `dialogues of experts, and nobody knows how to play "${environment.name}" by rule`);
  }
  if (hints === 'on' && !teacherOf(environment)) {
    throw new AppError('objective-unsupplied', {
      what: 'There are no hints here.',
      why: `They are the words of experts, and nobody knows how to play "${environment.name}" by rule.`,
      fix: 'Switch hints off, or choose an environment that has lessons.',
    });
  }
  if (needs.has('beliefs') && !environment.goalStrategy) {
    throw unsupplied(preset, `a strategy that names the best outcome, and "${environment.name}" has no words for it`);
  }
}

function unsupplied(name: string, what: string): AppError {
  return new AppError('objective-unsupplied', {
    what: `The objective "${name}" cannot be trained here.`,
    why: `It needs ${what}.`,
    fix: 'Choose another preset, or another environment.',
  });
}

import { negotiatorOf } from '../../agent/scriptedPartners.ts';
import { AppError } from '../../base/errors.ts';
import type { Environment } from '../../environment/environment.ts';
import { assertPackPlayable, runEnvironment } from '../../environment/runEnvironment.ts';
import { isEnvironmentName } from '../../record/environmentName.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { Split } from '../../record/scenario.ts';
import { assertRewards } from '../assertRewards.ts';
import { assertSeats } from '../assertSeats.ts';
import { needsOf } from '../objective/needs.ts';
import type { Objective } from '../objective/parts.ts';
import { trainableObjective } from '../objective/trainable.ts';
import { negotiatorMissing, partnerOf } from '../seatPlan.ts';
import { assertTeachable } from '../offline/lessonConfig.ts';
import { teacherOf } from './experts.ts';
import { ruleOf } from './rules.ts';

/**
 * Whether a run could be ordered: somebody sits everywhere, its objective can be trained, its environment has what that asks
 * for, and somebody can score its dialogues.
 * @param canRunRules whether authors' rules can be run here
 * @param hasBrowserModel whether there is a browser, and it brings a language model along
 * @throws AppError
 */
export function assertStartable(config: RunConfig, canRunRules = false, hasBrowserModel = false): void {
  assertSeats(config, { ...config.servers, browser: hasBrowserModel });
  assertTeachable(config);
  assertGatherable(config, trainableObjective(config), runEnvironment(config));
  const hasEvaluator = config.servers.judge !== null;
  assertPackPlayable(config, splitsOf(config), { hasEvaluator, canRunRules });
}

/** Splits that the run plays. */
export function splitsOf({ updatesPerEvaluation }: Pick<RunConfig, 'updatesPerEvaluation'>): readonly Split[] {
  return updatesPerEvaluation > 0 ? ['train', 'validation'] : ['train'];
}

type Partners = Pick<
  RunConfig,
  'agent' | 'trainedSeats' | 'partnerAgent' | 'partnerStrategist' | 'partnerStrategy' | 'partnerTemperament'
>;

/** @throws AppError `negotiator-missing` */
function assertNegotiator(config: Partners, environment: string): void {
  if (config.trainedSeats !== 'alternate' || partnerOf(config).agent !== 'negotiator') return;
  const isThere = isEnvironmentName(environment) && negotiatorOf(environment, config.partnerTemperament) !== null;
  if (!isThere) throw negotiatorMissing();
}

/**
 * Whether this environment has what the objective's dialogues are made of, and what its turns are rewarded for.
 * @throws AppError `objective-unsupplied`, `reward-unsupplied`, `blend-unusable`, `negotiator-missing`
 */
export function assertGatherable<State>(
  config: Pick<RunConfig, 'preset' | 'hints' | 'turnReward' | 'rewardBlend'> & Partners,
  objective: Objective,
  environment: Environment<State>,
): void {
  const { preset, hints } = config;
  assertRewards(config, environment);
  assertNegotiator(config, environment.name);
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

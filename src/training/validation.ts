import type { Environment } from '../environment/environment.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { EvaluationPlan } from './evaluationPlan.ts';
import { partnerOf } from './seatPlan.ts';

/**
 * The evaluations during a run: held-out scenarios, with the agent and the partner of the training. Every one plays the
 * same scenarios with the same random numbers, so that what differs between them is the strategist.
 */
export function validationPlan<State>(
  config: RunConfig,
  environment: Pick<Environment<State>, 'turnLimit'>,
  updatesDone: number,
): EvaluationPlan<State> {
  return {
    label: `after update ${updatesDone}`,
    split: 'validation',
    episodeCount: config.evaluationEpisodes,
    seed: config.seed,
    strategist: 'trained',
    temperature: config.evaluationTemperature,
    agent: config.agent,
    agentTemperature: config.agentTemperature,
    chatTokenLimit: config.chatTokenLimit,
    partner:
      config.trainedSeats === 'both'
        ? { kind: 'self' }
        : { kind: 'advised', ...partnerOf(config), temperature: config.strategistTemperature },
    turnLimit: config.turnLimit || environment.turnLimit,
    strategyTokenLimit: config.strategyTokenLimit,
    actionTokenLimit: config.actionTokenLimit,
  };
}

/** Whether the run must be evaluated where it stands: after every so many updates, and after the last. */
export function isEvaluationDue(
  { updatesPerEvaluation, updates }: Pick<RunConfig, 'updatesPerEvaluation' | 'updates'>,
  { updatesDone, evaluatedAfter }: { readonly updatesDone: number; readonly evaluatedAfter: number },
): boolean {
  if (updatesPerEvaluation === 0 || updatesDone === evaluatedAfter) return false;
  return updatesDone % updatesPerEvaluation === 0 || updatesDone === updates;
}

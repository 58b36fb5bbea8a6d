import { AppError } from '../src/base/errors.ts';
import { limitContext } from '../src/policy/modelConfig.ts';
import type { RunConfig } from '../src/record/runConfig.ts';
import type { AgentModelPorts } from '../src/training/agentModel.ts';
import type { loadModel, openEngine } from './loadModel.ts';

export const AGENT_MODEL_HELP =
  'the model of agents that are other-model, written like --model; otherwise that of the config or of the resumed run';

/** Puts the model that acts for seats on the device of the one that plays or is trained. */
export async function openBeside(
  { name, model: loaded }: Awaited<ReturnType<typeof loadModel>>,
  { basePrecision, contextLimit }: Pick<RunConfig, 'basePrecision' | 'contextLimit'>,
  beside: Awaited<ReturnType<typeof openEngine>>['beside'],
): Promise<AgentModelPorts> {
  const model = { ...loaded, config: limitContext(loaded.config, contextLimit) };
  return { modelName: name, model, engine: await beside(model, basePrecision) };
}

export function nobodyActs(): AppError {
  return new AppError('bad-arguments', {
    what: 'The command cannot run like this.',
    why: '--agent-model names a model, and nobody’s agent is other-model.',
    fix: 'Leave --agent-model out, or let an agent be other-model: in a config {"agent": "other-model"} or {"partnerAgent": "other-model"}.',
  });
}

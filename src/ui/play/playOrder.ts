import { AppError } from '../../base/errors.ts';
import { DEFAULT_BUILT_IN_MODEL } from '../../record/builtInModel.ts';
import { isModelName, type ModelName } from '../../record/modelName.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import type { ChatEndpoint } from '../../record/chatEndpoint.ts';
import type { PlayAgent, PlayOrder, PlayStrategist, PlayTurn } from '../../../workers/playProtocol.ts';
import { partnerSeatOf, personSeatOf, type PlaySettings, type Stage } from './playSettings.ts';

/** A trained strategist that can be called to a play: a checkpoint of a run, and the model that it was trained from. */
export interface TrainedStrategist {
  readonly checkpointId: string;
  readonly modelName: string;
}

interface Called {
  readonly settings: PlaySettings;
  readonly stage: Stage;
  readonly turns: readonly PlayTurn[];
  readonly trained: readonly TrainedStrategist[];
  /** null: none is named. */
  readonly server: ChatEndpoint | null;
}

/** What to ask for the partner's next turn. @throws AppError `play-checkpoint-missing`, `play-server-missing` */
export function turnOrder(called: Called): PlayOrder {
  const { settings, server } = called;
  const [kind = 'model', name = ''] = settings.partner.split(/:(.*)/su);
  const seat = partnerSeatOf(settings);
  if (kind === 'script') return orderOf(called, seat, NOBODY, { kind: 'script', name });
  const voice = strategistOf(settings.partnerStrategist, settings.partnerStrategy, called.trained);
  if (kind === 'model' || kind === 'browser') return orderOf(called, seat, voice, { kind });
  if (!server) throw serverMissing();
  return orderOf(called, seat, voice, { kind: 'chat', server });
}

/** What to ask for the next whisper to the person. @throws AppError `play-checkpoint-missing` */
export function whisperOrder(called: Called): PlayOrder {
  const voice = strategistOf(called.settings.adviser, '', called.trained);
  return orderOf(called, personSeatOf(called.settings), voice, { kind: 'person' });
}

interface Voice {
  readonly model: ModelName;
  readonly strategist: PlayStrategist;
}

const NOBODY: Voice = { model: DEFAULT_BUILT_IN_MODEL, strategist: { kind: 'none' } };

function strategistOf(id: string, text: string, trained: readonly TrainedStrategist[]): Voice {
  const [kind, name = ''] = id.split(/:(.*)/su);
  switch (kind) {
    case 'base':
      return { model: knownModel(name), strategist: { kind: 'model', checkpointId: null } };
    case 'checkpoint': {
      const found = trained.find(({ checkpointId }) => checkpointId === name);
      if (!found) throw checkpointMissing();
      return { model: knownModel(found.modelName), strategist: { kind: 'model', checkpointId: name } };
    }
    case 'fixed':
      return { ...NOBODY, strategist: { kind: 'fixed', text } };
    case 'own':
      return { ...NOBODY, strategist: { kind: 'own' } };
    default:
      return NOBODY;
  }
}

function orderOf(
  { settings, stage, turns }: Called,
  seat: PlayOrder['seat'],
  { model, strategist }: Voice,
  agent: PlayAgent,
): PlayOrder {
  const { strategyTokenLimit, actionTokenLimit, chatTokenLimit } = defaultRunConfig();
  const { strategistTemperature, agentTemperature, seed } = settings;
  return {
    model,
    strategist,
    agent,
    scenario: stage.scenario,
    seat,
    turns: [...turns],
    turnLimit: stage.environment.turnLimit,
    strategistTemperature,
    agentTemperature,
    strategyTokenLimit,
    actionTokenLimit,
    chatTokenLimit,
    seed,
  };
}

/** A run of the command line may have been trained from a folder: nobody here has its model. */
function knownModel(name: string): ModelName {
  if (isModelName(name)) return name;
  throw new AppError('model-unknown', {
    what: `The model ${name} is not in this browser.`,
    why: 'The checkpoint was trained from it, and its strategist is of no use without it.',
    fix: 'Choose another strategist, or import the model on the screen Models.',
  });
}

function checkpointMissing(): AppError {
  return new AppError('play-checkpoint-missing', {
    what: 'The strategist that was chosen is not here.',
    why: 'Its checkpoint was deleted, or the link is from another browser.',
    fix: 'Choose another strategist.',
  });
}

function serverMissing(): AppError {
  return new AppError('play-server-missing', {
    what: 'There is nobody to ask.',
    why: 'The partner is on a chat server, and no server is named.',
    fix: 'Enter the address and the model of the server on the left.',
  });
}

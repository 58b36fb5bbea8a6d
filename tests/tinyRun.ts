import { NO_CHATS, type Chats } from '../src/agent/chat/chat.ts';
import type { Environment } from '../src/environment/environment.ts';
import type { Engine } from '../src/policy/engine.ts';
import { loadCheckpoint, type LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import type { KnobChange } from '../src/record/knobChange.ts';
import type { Dialogue } from '../src/record/dialogueSet.ts';
import { RunConfig } from '../src/record/runConfig.ts';
import type { AgentModelPorts } from '../src/training/agentModel.ts';
import type { OpponentPool } from '../src/training/opponents.ts';
import { RunControl } from '../src/training/runControl.ts';
import { train, type TrainingNews } from '../src/training/train.ts';
import { fixtureFolder } from './fixtureFiles.ts';
import { wordGame } from './wordGame.ts';

export function loadTinyModel(): Promise<LoadedCheckpoint> {
  return loadCheckpoint(fixtureFolder('tiny-llama'));
}

/** A run of a second or so on the CPU: two short dialogues of the word game per update. */
export function tinyConfig(changes: Partial<RunConfig> = {}): RunConfig {
  return RunConfig.parse({
    episodesPerUpdate: 2,
    episodesPerScenario: 2,
    turnLimit: 3,
    strategyTokenLimit: 3,
    actionTokenLimit: 3,
    learningRate: 0.01,
    tokensPerMicroBatch: 512,
    updates: 2,
    ...changes,
  });
}

export interface TinyRun {
  readonly news: readonly TrainingNews[];
  readonly saved: readonly Checkpoint[];
  /** What the run threw at its end, if it did. */
  readonly thrown: unknown;
}

export interface Circumstances {
  readonly resumeFrom?: Checkpoint | null;
  /** Knobs that were turned in an earlier sitting. */
  readonly changes?: readonly KnobChange[];
  readonly control?: RunControl;
  /** Called with each piece of news; the run goes on when it returns. */
  readonly onNews?: (news: TrainingNews, control: RunControl) => void;
  /** Called with each checkpoint before it counts as saved. */
  readonly onSave?: (checkpoint: Checkpoint) => void;
  /** Who is asked outside the engine. */
  readonly chats?: Chats;
  /** Acts for seats whose agent is another model. */
  readonly agentModel?: AgentModelPorts;
  /** What the run's lesson is about. */
  readonly dialogues?: readonly Dialogue[];
  /** Who sits opposite besides the strategist; it knows the environment of the run. */
  readonly opponents?: OpponentPool<unknown>;
}

/** Trains the tiny model on the word game to the end, whichever it is. */
export function trainTiny(
  engine: Engine,
  model: LoadedCheckpoint,
  config: RunConfig,
  circumstances: Circumstances = {},
): Promise<TinyRun> {
  return trainIn(wordGame, engine, model, config, circumstances);
}

/** Trains a model in an environment to the end, whichever it is. */
export async function trainIn<State>(
  environment: Environment<State>,
  engine: Engine,
  model: LoadedCheckpoint,
  config: RunConfig,
  {
    resumeFrom = null,
    changes = [],
    control = new RunControl(),
    onNews,
    onSave,
    chats = NO_CHATS,
    dialogues = [],
    agentModel,
    opponents,
  }: Circumstances = {},
): Promise<TinyRun> {
  const news: TrainingNews[] = [];
  const saved: Checkpoint[] = [];
  const run = train(
    { runId: 'run', config, changes, resumeFrom },
    {
      environment,
      modelName: 'tiny-llama',
      model,
      engine,
      checkpoints: {
        save: async (checkpoint) => {
          onSave?.(checkpoint);
          saved.push(checkpoint);
        },
      },
      control,
      chats,
      dialogues,
      ...(agentModel && { agentModel }),
      ...(opponents && { opponents: opponents as OpponentPool<State> }), // as the caller says
    },
  );
  let thrown: unknown = null;
  try {
    for await (const item of run) {
      news.push(item);
      onNews?.(item, control);
    }
  } catch (cause) {
    thrown = cause;
  }
  return { news, saved, thrown };
}

/** News of one kind, in order. */
export function newsOf<Kind extends TrainingNews['kind']>(
  news: readonly TrainingNews[],
  kind: Kind,
): Extract<TrainingNews, { kind: Kind }>[] {
  return news.filter((item): item is Extract<TrainingNews, { kind: Kind }> => item.kind === kind);
}

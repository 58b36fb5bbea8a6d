import { AppError } from '../base/errors.ts';
import { RandomStream } from '../base/random.ts';
import type { LearnerState, Trainable } from '../policy/engine.ts';
import type { AnyCheckpoint } from '../policy/formats/huggingFace.ts';
import type { LoraAdapter } from '../policy/formats/peft.ts';
import { readSafetensors, writeSafetensors } from '../policy/formats/safetensors.ts';
import { weightsOf } from '../policy/frozenWeights.ts';
import { adapterScale, adapterShapes, createAdapter } from '../policy/lora.ts';
import { weightShapes, type ModelConfig } from '../policy/modelConfig.ts';
import type { HostTensor, Weights } from '../policy/weights.ts';
import type { Checkpoint, CheckpointManifest } from '../record/checkpoint.ts';
import { EMPTY_MEMORY, type ObjectiveMemory } from '../record/objectiveMemory.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { ValueHead } from './valueHead.ts';

/**
 * What an update changes besides the parameters and moments, which the learner holds on the device. A new object per
 * update: it takes the place of the old one in the same moment in which the learner has stepped.
 */
export interface TrainerState {
  readonly updatesDone: number;
  readonly optimizerStep: number;
  /** What the objective remembers of earlier batches. */
  readonly memory: ObjectiveMemory;
  /** null where the objective has none, and before the first update. */
  readonly valueHead: ValueHead | null;
  /** Mean points of the trained seats in the last batch. */
  readonly score: number | null;
}

export const INITIAL_STATE: TrainerState = {
  updatesDone: 0,
  optimizerStep: 0,
  memory: EMPTY_MEMORY,
  valueHead: null,
  score: null,
};

type Adaptation = Pick<RunConfig, 'adaptation' | 'loraRank' | 'loraAlpha'>;

/**
 * What is trained, before the first update.
 *
 * @param adapter trained elsewhere; projections that it leaves out have new factors, which change nothing yet
 * @throws AppError `adapter-rank` when the config asks for factors of another shape or scale
 */
export async function initialParameters(
  config: RunConfig,
  model: AnyCheckpoint,
  adapter: LoraAdapter | null,
): Promise<Weights> {
  const { adaptation, loraRank, loraAlpha, seed } = config;
  const suits = adaptation === 'lora' && adapter?.rank === loraRank && adapter.alpha === loraAlpha;
  if (adapter && !suits) throw otherAdapter(adapter);
  if (adaptation === 'full') return weightsOf(model);
  const fresh = createAdapter(model.config, loraRank, new RandomStream(seed, 'adapter'));
  return adapter ? new Map([...fresh, ...adapter.factors]) : fresh;
}

function otherAdapter({ rank, alpha }: LoraAdapter): AppError {
  return new AppError('adapter-rank', {
    what: 'The run cannot start from this adapter.',
    why: `It has rank ${rank} and alpha ${alpha}; the settings ask for something else.`,
    fix: `Set "Trained weights" to lora, "LoRA rank" to ${rank} and "LoRA alpha" to ${alpha}.`,
  });
}

/** These parameters as the engine takes them. */
export function trainableOf({ adaptation, loraRank: rank, loraAlpha }: Adaptation, parameters: Weights): Trainable {
  if (adaptation === 'full') return { kind: 'full', parameters };
  return { kind: 'lora', rank, scale: adapterScale(rank, loraAlpha), parameters };
}

const PARTS = { parameters: 'parameters/', first: 'adam.first/', second: 'adam.second/' } as const;
/** The value head has the same three parts. */
const VALUE_HEAD = 'value/';

/** The state as a checkpoint: one safetensors file and its row. */
export function toCheckpoint(
  state: TrainerState,
  learner: LearnerState,
  about: Pick<
    CheckpointManifest,
    | 'checkpointId'
    | 'runId'
    | 'label'
    | 'createdAtMs'
    | 'modelName'
    | 'agentModel'
    | 'config'
    | 'isKept'
    | 'validation'
    | 'vitals'
  >,
): Checkpoint {
  const tensors = new Map<string, HostTensor>();
  const add = (prefix: string, { parameters, moments }: LearnerState) => {
    const parts = { parameters, first: moments.first, second: moments.second };
    for (const part of ['parameters', 'first', 'second'] as const) {
      for (const [name, tensor] of parts[part]) tensors.set(prefix + PARTS[part] + name, tensor);
    }
  };
  add('', learner);
  if (state.valueHead) add(VALUE_HEAD, state.valueHead);
  const bytes = writeSafetensors(tensors);
  return {
    manifest: {
      formatVersion: 1,
      ...about,
      updatesDone: state.updatesDone,
      optimizerStep: state.optimizerStep,
      objectiveMemory: state.memory,
      score: state.score,
      sizeBytes: bytes.byteLength,
    },
    tensors: bytes,
  };
}

/** Where the run stands. @throws AppError `checkpoint-damaged` */
export function stateOf(checkpoint: Checkpoint): TrainerState {
  const { manifest } = checkpoint;
  const valueHead = optimized(checkpoint, VALUE_HEAD);
  const { updatesDone, optimizerStep, objectiveMemory, baselineCoefficients, score } = manifest;
  const memory = objectiveMemory ?? { ...EMPTY_MEMORY, linear: baselineCoefficients ?? null };
  return { updatesDone, optimizerStep, memory, valueHead: valueHead.parameters.size > 0 ? valueHead : null, score };
}

/** Parameters and moments back from a checkpoint, every bit of them. @throws AppError `checkpoint-damaged` */
export function learnerStateOf(checkpoint: Checkpoint): LearnerState {
  const state = optimized(checkpoint, '');
  if (state.parameters.size === 0) throw damaged(checkpoint);
  return state;
}

/** Tensors with their moments, of the names that begin with the prefix. */
function optimized(checkpoint: Checkpoint, prefix: string): LearnerState {
  const all = readSafetensors(checkpoint.tensors, 'checkpoint').tensors;
  const part = (name: string) => {
    const start = prefix + name;
    const own = [...all].filter(([tensor]) => tensor.startsWith(start));
    return new Map(own.map(([tensor, values]) => [tensor.slice(start.length), values]));
  };
  const parameters = part(PARTS.parameters);
  const moments = { first: part(PARTS.first), second: part(PARTS.second) };
  for (const weights of [moments.first, moments.second]) {
    const isComplete = weights.size === parameters.size && [...parameters.keys()].every((name) => weights.has(name));
    if (!isComplete) throw damaged(checkpoint);
  }
  return { parameters, moments };
}

function damaged({ manifest }: Checkpoint): AppError {
  return new AppError('checkpoint-damaged', {
    what: `The checkpoint "${manifest.label}" cannot be loaded.`,
    why: 'Its parameters and optimizer moments do not belong together.',
    fix: 'Choose an older checkpoint of the run.',
  });
}

/** What the checkpoint has trained, as the engine takes it: for evaluation and export. */
export function trainedIn(checkpoint: Checkpoint): Trainable {
  return trainableOf(checkpoint.manifest.config, learnerStateOf(checkpoint).parameters);
}

/**
 * Shapes are compared, not names: a model's folder may have moved since.
 *
 * @throws AppError `checkpoint-model` when the checkpoint was not trained from a model of this shape
 */
export function assertSuits(checkpoint: Checkpoint, model: ModelConfig): void {
  const { config, label, modelName } = checkpoint.manifest;
  const { parameters } = learnerStateOf(checkpoint);
  const expected = config.adaptation === 'full' ? weightShapes(model) : adapterShapes(model, config.loraRank);
  const isSame = [...expected].every(([name, shape]) => `${parameters.get(name)?.shape}` === `${shape}`);
  if (isSame && parameters.size === expected.size) return;
  throw new AppError('checkpoint-model', {
    what: `The checkpoint "${label}" does not belong to this base model.`,
    why: `It was trained from "${modelName}"; its weights have other names or shapes than this model's.`,
    fix: `Choose the model that the run started from ("${modelName}").`,
  });
}

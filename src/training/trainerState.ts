import { AppError } from '../base/errors.ts';
import { RandomStream } from '../base/random.ts';
import { readSafetensors, writeSafetensors } from '../policy/formats/safetensors.ts';
import { adapterScale, applyAdapter, createAdapter } from '../policy/lora.ts';
import { weightShapes, type ModelConfig } from '../policy/modelConfig.ts';
import type { HostTensor, Weights } from '../policy/weights.ts';
import type { Checkpoint, CheckpointManifest } from '../record/checkpoint.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { zeroMoments, type Moments } from './optimizer.ts';

/** Everything that an update changes. A new object per update: an aborted one leaves this untouched. */
export interface TrainerState {
  readonly updatesDone: number;
  /** What is trained: all weights, or the adapter's factors. */
  readonly parameters: Weights;
  readonly moments: Moments;
  readonly optimizerStep: number;
  readonly baselineState: readonly number[] | null;
  /** Mean points of the trained seats in the last batch. */
  readonly score: number | null;
}

export function initialState(config: RunConfig, model: ModelConfig, base: Weights): TrainerState {
  const parameters =
    config.adaptation === 'lora'
      ? createAdapter(model, config.loraRank, new RandomStream(config.seed, 'adapter'))
      : base;
  return {
    updatesDone: 0,
    parameters,
    moments: zeroMoments(parameters),
    optimizerStep: 0,
    baselineState: null,
    score: null,
  };
}

/** The model's weights under these parameters. */
export function effectiveWeights(config: RunConfig, base: Weights, parameters: Weights): Weights {
  if (config.adaptation === 'full') return parameters;
  return applyAdapter(base, parameters, adapterScale(config.loraRank, config.loraAlpha));
}

const PARTS = { parameters: 'parameters/', first: 'adam.first/', second: 'adam.second/' } as const;

/** The state as a checkpoint: one safetensors file and its row. */
export function toCheckpoint(
  state: TrainerState,
  about: Pick<
    CheckpointManifest,
    'checkpointId' | 'runId' | 'label' | 'createdAtMs' | 'modelName' | 'config' | 'isKept'
  >,
): Checkpoint {
  const tensors = new Map<string, HostTensor>();
  const add = (prefix: string, weights: Weights) => {
    for (const [name, tensor] of weights) tensors.set(prefix + name, tensor);
  };
  add(PARTS.parameters, state.parameters);
  add(PARTS.first, state.moments.first);
  add(PARTS.second, state.moments.second);
  const bytes = writeSafetensors(tensors);
  return {
    manifest: {
      formatVersion: 1,
      ...about,
      updatesDone: state.updatesDone,
      optimizerStep: state.optimizerStep,
      baselineCoefficients: state.baselineState && [...state.baselineState],
      score: state.score,
      sizeBytes: bytes.byteLength,
    },
    tensors: bytes,
  };
}

/** The state back from a checkpoint, every bit of it. @throws AppError `checkpoint-damaged` */
export function fromCheckpoint({ manifest, tensors }: Checkpoint): TrainerState {
  const all = readSafetensors(tensors, 'checkpoint').tensors;
  const part = (prefix: string) =>
    new Map(
      [...all].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    );
  const parameters = part(PARTS.parameters);
  const moments = { first: part(PARTS.first), second: part(PARTS.second) };
  for (const weights of [moments.first, moments.second]) {
    const isComplete = weights.size === parameters.size && [...parameters.keys()].every((name) => weights.has(name));
    if (!isComplete || parameters.size === 0) {
      throw new AppError('checkpoint-damaged', {
        what: `The checkpoint "${manifest.label}" cannot be loaded.`,
        why: 'Its parameters and optimizer moments do not belong together.',
        fix: 'Choose an older checkpoint of the run.',
      });
    }
  }
  return {
    updatesDone: manifest.updatesDone,
    parameters,
    moments,
    optimizerStep: manifest.optimizerStep,
    baselineState: manifest.baselineCoefficients,
    score: manifest.score,
  };
}

/**
 * Shapes are compared, not names: a model's folder may have moved since.
 *
 * @throws AppError `checkpoint-model` when the checkpoint was not trained from a model of this shape
 */
export function assertSuits(checkpoint: Checkpoint, model: ModelConfig): void {
  const { config, label, modelName } = checkpoint.manifest;
  const { parameters } = fromCheckpoint(checkpoint);
  const expected =
    config.adaptation === 'full'
      ? weightShapes(model)
      : new Map(
          [...createAdapter(model, config.loraRank, new RandomStream(0))].map(([name, { shape }]) => [name, shape]),
        );
  const isSame = [...expected].every(([name, shape]) => `${parameters.get(name)?.shape}` === `${shape}`);
  if (isSame && parameters.size === expected.size) return;
  throw new AppError('checkpoint-model', {
    what: `The checkpoint "${label}" does not belong to this base model.`,
    why: `It was trained from "${modelName}"; its weights have other names or shapes than this model's.`,
    fix: `Choose the model that the run started from ("${modelName}").`,
  });
}

/** Parameters alone, for export and evaluation. */
export function parametersOf(checkpoint: Checkpoint): Weights {
  return fromCheckpoint(checkpoint).parameters;
}

import { z } from 'zod';
import { Vital } from './alarm.ts';
import { Validation } from './evaluation.ts';
import { ObjectiveMemory } from './objectiveMemory.ts';
import { RunConfig } from './runConfig.ts';

/** A model as a record names it: `sha256` is of what it knows (`policy/modelHash.ts`), wherever its files are. */
export const ModelIdentity = z.strictObject({ name: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type ModelIdentity = z.infer<typeof ModelIdentity>;

/** The row of a checkpoint: small, listed, enough to decide whether to load the tensors. */
export const CheckpointManifest = z.strictObject({
  formatVersion: z.literal(1),
  checkpointId: z.string().min(1),
  runId: z.string().min(1),
  label: z.string(),
  createdAtMs: z.number(),
  modelName: z.string().min(1),
  /** The model that acts for a seat, where it is another one; absent: none does. */
  agentModel: ModelIdentity.exactOptional(),
  /** Updates already applied; the next one to run has this index. */
  updatesDone: z.int().min(0),
  optimizerStep: z.int().min(0),
  config: RunConfig,
  /** What the objective remembers of the batches so far; absent in checkpoints that have `baselineCoefficients` instead. */
  objectiveMemory: ObjectiveMemory.optional(),
  /** Of older checkpoints: the memory of the linear baseline alone. */
  baselineCoefficients: z.array(z.number()).nullable().optional(),
  /** Mean points of the trained seats in the last batch. Null before the first update. */
  score: z.number().nullable(),
  /** The evaluations up to here; null or absent: there was none. */
  validation: Validation.nullable().optional(),
  /** What the alarms compare the next update with; absent in older checkpoints. */
  vitals: z.array(Vital).readonly().optional(),
  /** Kept by the user: retention never removes it. */
  isKept: z.boolean(),
  sizeBytes: z.int().min(0),
});
export type CheckpointManifest = z.infer<typeof CheckpointManifest>;

/** A row beside the others of its run. Of those, one is the best: see `storage/retention.ts`. */
export const ListedCheckpoint = CheckpointManifest.extend({ isBest: z.boolean() });
export type ListedCheckpoint = z.infer<typeof ListedCheckpoint>;

/**
 * Everything needed to go on exactly. `tensors` is one safetensors file whose names start with `parameters/`,
 * `adam.first/` or `adam.second/`, those of a value head with `value/` before that. Streams of random numbers need no state: they are functions of the seed.
 */
export interface Checkpoint {
  readonly manifest: CheckpointManifest;
  readonly tensors: Uint8Array;
}

/** Where checkpoints survive: IndexedDB in the browser, a directory in Node. A half-written checkpoint is never listed. */
export interface CheckpointStore {
  save(checkpoint: Checkpoint): Promise<void>;
  /** @throws AppError `checkpoint-missing` or `checkpoint-damaged` */
  load(checkpointId: string): Promise<Checkpoint>;
  /** Of one run, newest first. */
  list(runId: string): Promise<readonly ListedCheckpoint[]>;
}

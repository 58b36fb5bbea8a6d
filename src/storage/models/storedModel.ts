import { z } from 'zod';
import type { ModelDescription } from '../../policy/formats/huggingFace.ts';
import { isStoredModel } from '../../record/modelName.ts';

/** Where a model came from, so that an interrupted download can go on. Never a token. */
export const ModelOrigin = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hub'),
    mirror: z.url(),
    /** `owner/name`. */
    id: z.string().min(1),
    /** The commit that the wished revision meant, where the mirror tells. */
    revision: z.string().min(1),
  }),
  /** A folder's address, which ends with `/`, or a GGUF file's. */
  z.strictObject({ kind: z.literal('url'), url: z.url() }),
  /** Chosen or dropped files. */
  z.strictObject({ kind: z.literal('files') }),
]);
export type ModelOrigin = z.infer<typeof ModelOrigin>;

/** Plain: a name from outside must not reach other folders. */
const FileName = z.string().regex(/^\w[\w.-]{0,199}$/);
const Hash = z.string().regex(/^[0-9a-f]{64}$/);

export const PlannedFile = z.strictObject({
  name: FileName,
  /** null: whoever has it does not say. */
  sizeBytes: z.int().min(0).nullable(),
  /** SHA-256; null: whoever has it does not say. */
  sha256: Hash.nullable(),
  /** Its ETag; of another version of the file, nothing may be appended to what is there. */
  version: z.string().nullable(),
});
export type PlannedFile = z.infer<typeof PlannedFile>;

/** What is to be fetched. Written into the model's folder before its first byte: that is what a download goes on from. */
export const ModelPlan = z.strictObject({
  formatVersion: z.literal(1),
  label: z.string().min(1).max(100),
  origin: ModelOrigin,
  /** As its card names it: `apache-2.0`. */
  licence: z.string().max(200).nullable(),
  files: z.array(PlannedFile).min(1),
});
export type ModelPlan = z.infer<typeof ModelPlan>;

const Size = z.int().positive();
const StoredConfig: z.ZodType<ModelDescription['config']> = z.strictObject({
  hiddenSize: Size,
  intermediateSize: Size,
  layerCount: Size,
  headCount: Size,
  keyValueHeadCount: Size,
  headSize: Size,
  vocabularySize: Size,
  contextLength: Size,
  rmsNormEpsilon: z.number().positive(),
  ropeTheta: z.number().positive(),
  isHeadTied: z.boolean(),
  ropeScaling: z
    .strictObject({
      factor: z.number(),
      lowFrequencyFactor: z.number(),
      highFrequencyFactor: z.number(),
      originalContextLength: z.number(),
    })
    .exactOptional(),
  attentionVariant: z.enum(['biased', 'headNormed']).exactOptional(),
});

/** The last file to be written into a model's folder. With it the model is there; without it, it is not. */
export const StoredModel = z.strictObject({
  formatVersion: z.literal(1),
  modelName: z.string().refine(isStoredModel),
  label: z.string().min(1),
  origin: ModelOrigin,
  licence: z.string().nullable(),
  files: z.array(z.strictObject({ name: FileName, sizeBytes: z.int().min(0), sha256: Hash })).min(1),
  config: StoredConfig,
  parameterCount: z.int().positive(),
  /** All files. */
  sizeBytes: z.int().positive(),
  addedAtMs: z.number(),
});
export type StoredModel = z.infer<typeof StoredModel>;

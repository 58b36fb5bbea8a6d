import { z } from 'zod';
import { Failure } from '../src/storage/rows.ts';
import { StoredAdapter } from '../src/storage/models/adapterStore.ts';
import { ModelPlan, StoredModel } from '../src/storage/models/storedModel.ts';

/** Everything that crosses between the page and the worker that keeps models. */

/** Who may be asked, and with what right. Neither is kept anywhere. */
export const DownloadAccess = z.strictObject({
  /** Hosts that the person has allowed. A host may send on to one of its own choice, which never sees the token. */
  hosts: z.array(z.string()),
  /** Sent to the first of them alone. */
  token: z.string().nullable(),
});
export type DownloadAccess = z.infer<typeof DownloadAccess>;

export const ModelRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hub'),
    mirror: z.string(),
    id: z.string(),
    revision: z.string(),
    access: DownloadAccess,
  }),
  z.strictObject({ kind: z.literal('url'), url: z.string(), access: DownloadAccess }),
  /** The files of one model or PEFT adapter; others among them are left out. */
  z.strictObject({ kind: z.literal('files'), label: z.string(), files: z.array(z.instanceof(File)) }),
  /** Go on with an unfinished one. */
  z.strictObject({ kind: z.literal('unfinished'), folder: z.string(), access: DownloadAccess }),
]);
export type ModelRequest = z.infer<typeof ModelRequest>;

export const ModelCommand = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('models.list') }),
  /** `model.added` or `model.failed` ends it. One at a time. */
  z.strictObject({ kind: z.literal('model.add'), request: ModelRequest }),
  /** What has arrived from a server stays, to go on with. */
  z.strictObject({ kind: z.literal('model.cancel') }),
  z.strictObject({ kind: z.literal('model.remove'), folder: z.string() }),
  z.strictObject({ kind: z.literal('adapter.remove'), folder: z.string() }),
]);
export type ModelCommand = z.infer<typeof ModelCommand>;

const Precisions = z.strictObject({ f32: z.number(), f16: z.number(), int8: z.number(), int4: z.number() });

/** A model that is kept, and what it takes. */
export const KeptModel = z.strictObject({
  folder: z.string(),
  model: StoredModel,
  /** Bytes on the device of a LoRA run with the default knobs, by precision of the base. */
  memoryBytes: Precisions,
  /** The largest buffer among them: an adapter has a limit of its own for that. */
  largestBufferBytes: Precisions,
});
export type KeptModel = z.infer<typeof KeptModel>;

export const KeptAdapter = z.strictObject({ folder: z.string(), adapter: StoredAdapter });
export type KeptAdapter = z.infer<typeof KeptAdapter>;

export const Unfinished = z.strictObject({ folder: z.string(), plan: ModelPlan, doneBytes: z.number() });
export type Unfinished = z.infer<typeof Unfinished>;

export const ModelMessage = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('models.listed'),
    kept: z.array(KeptModel),
    unfinished: z.array(Unfinished),
    adapters: z.array(KeptAdapter),
    usageBytes: z.number().nullable(),
    quotaBytes: z.number().nullable(),
  }),
  z.strictObject({
    kind: z.literal('model.progressed'),
    label: z.string(),
    /** What is on its way; null: its description is being asked for. */
    file: z.string().nullable(),
    doneBytes: z.number(),
    totalBytes: z.number().nullable(),
    bytesPerSecond: z.number().nullable(),
  }),
  /** Its name, or the adapter's. */
  z.strictObject({ kind: z.literal('model.added'), modelName: z.string() }),
  /** `code` `cancelled`: somebody wanted that. */
  z.strictObject({ kind: z.literal('model.failed'), failure: Failure }),
]);
export type ModelMessage = z.infer<typeof ModelMessage>;

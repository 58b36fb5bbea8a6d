import { z } from 'zod';
import { RunConfig } from '../src/record/runConfig.ts';
import { RunEvent } from '../src/record/runEvent.ts';

/**
 * Everything that crosses between the page and the engine worker. Commands are orders; events are news.
 * Payloads are plain data: ids, text, numbers. Weights travel by name, tensors never. Both sides parse on arrival.
 */
export const PROTOCOL_VERSION = 1;

export const Command = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hello'), protocolVersion: z.int() }),
  /** Load the model and take the device. `allowFallback`: the user agreed to the slow tfjs CPU engine. */
  z.strictObject({ kind: z.literal('engine.prepare'), modelName: z.string(), allowFallback: z.boolean() }),
  z.strictObject({ kind: z.literal('run.start'), runId: z.string().min(1), config: RunConfig }),
  /** Go on with a saved run from a checkpoint (the newest when null). */
  z.strictObject({ kind: z.literal('run.resume'), runId: z.string().min(1), checkpointId: z.string().nullable() }),
  z.strictObject({ kind: z.literal('run.pause') }),
  z.strictObject({ kind: z.literal('run.continue') }),
  /** Run one update, then pause. */
  z.strictObject({ kind: z.literal('run.step') }),
  z.strictObject({ kind: z.literal('run.stop') }),
  z.strictObject({ kind: z.literal('checkpoint.save'), label: z.string().min(1) }),
  /** Zip the weights of a checkpoint; `weights.exported` answers. */
  z.strictObject({ kind: z.literal('weights.export'), checkpointId: z.string() }),
]);
export type Command = z.infer<typeof Command>;

export const EngineStatus = z.strictObject({
  engine: z.enum(['kernels', 'reference']),
  /** As the adapter names itself, for example `google / swiftshader`. */
  adapter: z.string(),
  features: z.array(z.string()),
  maxBufferBytes: z.number(),
  modelName: z.string(),
  parameterCount: z.int(),
  modelBytes: z.int(),
});
export type EngineStatus = z.infer<typeof EngineStatus>;

const Failure = z.strictObject({ code: z.string(), what: z.string(), why: z.string(), fix: z.string() });

export const EngineMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hello'), protocolVersion: z.int() }),
  z.strictObject({ kind: z.literal('engine.ready'), status: EngineStatus }),
  /** `code` `webgpu-missing` invites the page to ask for the fallback. */
  z.strictObject({ kind: z.literal('engine.failed'), failure: Failure }),
  /** News of a run; batched per ~60 ms. */
  z.strictObject({ kind: z.literal('run.events'), runId: z.string(), events: z.array(RunEvent) }),
  /** A command was refused; nothing has changed. */
  z.strictObject({ kind: z.literal('command.refused'), command: z.string(), failure: Failure }),
  /** The zip, as bytes, ready to download. */
  z.strictObject({ kind: z.literal('weights.exported'), fileName: z.string(), bytes: z.instanceof(Uint8Array) }),
]);
export type EngineMessage = z.infer<typeof EngineMessage>;

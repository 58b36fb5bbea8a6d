import { z } from 'zod';
import { BUILT_IN_MODEL_NAMES } from '../src/record/builtInModel.ts';
import { EndReason, Episode } from '../src/record/episode.ts';
import { RunConfig } from '../src/record/runConfig.ts';
import { RunEvent } from '../src/record/runEvent.ts';
import { Scenario, SeatIndex } from '../src/record/scenario.ts';
import { SavedTrace } from '../src/storage/rows.ts';

/**
 * Everything that crosses between the page and the engine worker. Commands are orders; events are news.
 * Payloads are plain data: ids, text, numbers. Weights travel by name, tensors never. Both sides parse on arrival.
 */
export const PROTOCOL_VERSION = 4;

const TokenIds = z.array(z.int().min(0));

/** One turn of a talk. What the model wrote keeps its token ids: nothing that was sampled is tokenised again. */
export const TalkTurn = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('person'), utterance: z.string() }),
  z.strictObject({ by: z.literal('model'), strategyIds: TokenIds, utteranceIds: TokenIds }),
]);
export type TalkTurn = z.infer<typeof TalkTurn>;

/** Everything that two answers are a function of: the worker keeps nothing between two orders. */
export const Talk = z.strictObject({
  model: z.enum(BUILT_IN_MODEL_NAMES),
  /** Says which environment it is. */
  scenario: Scenario,
  /** Where the person sits; seat 0 opens. Seat 1 where that is the world's, which answers for itself. */
  personSeat: SeatIndex,
  /** The dialogue so far; the model is to move. */
  turns: z.array(TalkTurn),
  turnLimit: z.int().min(1),
  /** The strategy of the advised answer; null: the model writes its own. */
  advice: z.string().nullable(),
  strategistTemperature: z.number().min(0).max(2),
  agentTemperature: z.number().min(0).max(2),
  strategyTokenLimit: z.int().min(1),
  actionTokenLimit: z.int().min(1),
  seed: z.int().min(0),
});
export type Talk = z.infer<typeof Talk>;

/** The same turn twice: without a strategy, and with one. */
export const AnswerKind = z.enum(['plain', 'advised']);
export type AnswerKind = z.infer<typeof AnswerKind>;

/** The texts are for people; the ids are what was drawn, ends included. */
export const TalkAnswer = z.strictObject({
  /** null in the plain answer. */
  strategy: z.string().nullable(),
  strategyIds: TokenIds,
  utterance: z.string(),
  utteranceIds: TokenIds,
});
export type TalkAnswer = z.infer<typeof TalkAnswer>;

/** A turn of a saved dialogue, and what else could have been its strategy. The worker keeps nothing of it. */
export const Fork = z.strictObject({
  modelName: z.string().min(1),
  /** Of the run. */
  config: RunConfig,
  /** Whose weights play the trained seats; null: the base, as before the first update. */
  checkpointId: z.string().nullable(),
  episode: Episode,
  /** Of the episode: strategies that have one are put back token by token. */
  traces: z.array(SavedTrace),
  turnIndex: z.int().min(0),
  /** Strategies of a person's own. */
  strategies: z.array(z.string().min(1)).max(8),
  /** How often the checkpoint writes a strategy for this turn; each different one is tried. */
  drawCount: z.int().min(0).max(64),
  /** Dialogues that are played to their end with each strategy. */
  replays: z.int().min(1).max(256),
  seed: z.int().min(0),
});
export type Fork = z.infer<typeof Fork>;

/** A strategy that is tried. The first is the recorded one. */
export const ForkArm = z.strictObject({
  by: z.enum(['record', 'person', 'checkpoint']),
  strategy: z.string(),
  /** How often the checkpoint wrote just this. */
  drawn: z.int().min(0),
});
export type ForkArm = z.infer<typeof ForkArm>;

/** One way in which the dialogue went on. Replays of one number drew the same random numbers in every arm. */
export const ForkReplay = z.strictObject({
  arm: z.int().min(0),
  replay: z.int().min(0),
  /** null where no rule knows the seat's points. */
  points: z.tuple([z.number().nullable(), z.number().nullable()]),
  endReason: EndReason,
  /** From the turn of the fork on. */
  turns: z.array(z.strictObject({ seat: SeatIndex, strategy: z.string().nullable(), utterance: z.string() })),
});
export type ForkReplay = z.infer<typeof ForkReplay>;

/** How one check of a kernel came out on this device (`src/gpu/checks`). */
export const CheckResult = z
  .strictObject({
    name: z.string(),
    kernels: z.array(z.string()).readonly(),
    /** `wrong`: the numbers differ from PyTorch's. `broken`: it could not run. `unavailable`: the adapter lacks a feature. */
    outcome: z.enum(['passed', 'wrong', 'broken', 'unavailable']),
    tolerance: z.number(),
    /** Of each output, relative to its largest expected magnitude; null where nothing could be compared. */
    errors: z.record(z.string(), z.number().nullable()).readonly(),
    problem: z.string().nullable(),
  })
  .readonly();
export type CheckResult = z.infer<typeof CheckResult>;

/**
 * Whom a run may ask outside: the hosts that the person has named, and keys. Neither is part of a config, and nothing of it
 * is ever saved.
 */
export const ChatAccess = z.strictObject({
  hosts: z.array(z.string()),
  agentKey: z.string().nullable(),
  judgeKey: z.string().nullable(),
});
export type ChatAccess = z.infer<typeof ChatAccess>;

export const Command = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hello'), protocolVersion: z.int() }),
  /** Take the device and load a first model; others are loaded when a run or a talk asks for them. `allowFallback`: the user agreed to the slow tfjs CPU engine. */
  z.strictObject({
    kind: z.literal('engine.prepare'),
    model: z.enum(BUILT_IN_MODEL_NAMES),
    allowFallback: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('run.start'),
    runId: z.string().min(1),
    config: RunConfig,
    /** Absent: the run asks nobody. */
    access: ChatAccess.optional(),
  }),
  /** Go on with a saved run from a checkpoint (the newest when null). */
  z.strictObject({
    kind: z.literal('run.resume'),
    runId: z.string().min(1),
    checkpointId: z.string().nullable(),
    access: ChatAccess.optional(),
  }),
  z.strictObject({ kind: z.literal('run.pause') }),
  z.strictObject({ kind: z.literal('run.continue') }),
  /** Run one update, then pause. */
  z.strictObject({ kind: z.literal('run.step') }),
  z.strictObject({ kind: z.literal('run.stop') }),
  z.strictObject({ kind: z.literal('checkpoint.save'), label: z.string().min(1) }),
  /** Zip the weights of a checkpoint; `weights.exported` answers. */
  z.strictObject({ kind: z.literal('weights.export'), checkpointId: z.string() }),
  /** What a run would take; `run.estimated` answers. */
  z.strictObject({ kind: z.literal('run.estimate'), config: RunConfig }),
  /** Answer as the model's seat, twice. `talk.answered` (two of them) or `talk.failed` carry the same `askId`. */
  z.strictObject({ kind: z.literal('talk.ask'), askId: z.string().min(1), talk: Talk }),
  /** Play the rest of a dialogue again and again. `fork.finished` or `fork.failed` ends it, with the same `forkId`. */
  z.strictObject({ kind: z.literal('fork.start'), forkId: z.string().min(1), fork: Fork }),
  z.strictObject({ kind: z.literal('fork.cancel') }),
  /** Compare every kernel with PyTorch on this device. A run, a talk or a fork that begins takes its place. */
  z.strictObject({ kind: z.literal('selfTest.start') }),
  z.strictObject({ kind: z.literal('selfTest.cancel') }),
]);
export type Command = z.infer<typeof Command>;

export const EngineStatus = z.strictObject({
  engine: z.enum(['kernels', 'reference']),
  /** As the adapter names itself, for example `google / swiftshader`. */
  adapter: z.string(),
  features: z.array(z.string()),
  maxBufferBytes: z.number(),
});
export type EngineStatus = z.infer<typeof EngineStatus>;

/** What a run takes before it starts. */
export const RunEstimate = z.strictObject({
  modelName: z.string(),
  parameterCount: z.int(),
  modelBytes: z.int(),
  /** On the graphics device at the peak; null on the CPU engine. */
  memoryBytes: z.number().nullable(),
});
export type RunEstimate = z.infer<typeof RunEstimate>;

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
  z.strictObject({ kind: z.literal('run.estimated'), estimate: RunEstimate }),
  /** The text so far of what an answer is writing; replaces the earlier text of the same answer and role. */
  z.strictObject({
    kind: z.literal('talk.streamed'),
    askId: z.string(),
    answer: AnswerKind,
    role: z.enum(['strategist', 'agent']),
    text: z.string(),
    tokenCount: z.int(),
  }),
  z.strictObject({ kind: z.literal('talk.answered'), askId: z.string(), answer: AnswerKind, reply: TalkAnswer }),
  /** No answer will come; what was streamed of it does not count. */
  z.strictObject({ kind: z.literal('talk.failed'), askId: z.string(), failure: Failure }),
  /** What is tried, once that is known. */
  z.strictObject({ kind: z.literal('fork.opened'), forkId: z.string(), arms: z.array(ForkArm), total: z.int() }),
  z.strictObject({ kind: z.literal('fork.progressed'), forkId: z.string(), replays: z.array(ForkReplay) }),
  z.strictObject({ kind: z.literal('fork.finished'), forkId: z.string() }),
  /** What was replayed so far stands; `code` `cancelled`: somebody wanted that. */
  z.strictObject({ kind: z.literal('fork.failed'), forkId: z.string(), failure: Failure }),
  z.strictObject({
    kind: z.literal('selfTest.progressed'),
    result: CheckResult,
    /** Checks that are over, of all there are. */
    done: z.int(),
    total: z.int(),
  }),
  z.strictObject({ kind: z.literal('selfTest.finished') }),
  /** It did not start, or something took its place; `code` `cancelled`: somebody wanted that. */
  z.strictObject({ kind: z.literal('selfTest.failed'), failure: Failure }),
  /** The zip, as bytes, ready to download. */
  z.strictObject({ kind: z.literal('weights.exported'), fileName: z.string(), bytes: z.instanceof(Uint8Array) }),
]);
export type EngineMessage = z.infer<typeof EngineMessage>;

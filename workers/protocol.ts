import { z } from 'zod';
import { ChatEndpoint, ChatUsage } from '../src/record/chatEndpoint.ts';
import { BUILT_IN_MODEL_NAMES } from '../src/record/builtInModel.ts';
import { Dialogue } from '../src/record/dialogueSet.ts';
import { EndReason, Episode } from '../src/record/episode.ts';
import { LiveKnobs } from '../src/record/knobChange.ts';
import { isModelName } from '../src/record/modelName.ts';
import { ExperimentOrder } from '../src/record/experiment.ts';
import { RunConfig } from '../src/record/runConfig.ts';
import { RunEvent } from '../src/record/runEvent.ts';
import { Scenario, SeatIndex } from '../src/record/scenario.ts';
import { SavedTrace } from '../src/storage/rows.ts';
import { PlayOrder, PlayTurn } from './playProtocol.ts';

/**
 * Everything that crosses between the page and the engine worker. Commands are orders; events are news.
 * Payloads are plain data: ids, text, numbers. Weights travel by name, tensors never. Both sides parse on arrival.
 */
export const PROTOCOL_VERSION = 6;

const TokenIds = z.array(z.int().min(0));

/** One turn of a talk. What the model wrote keeps its token ids: nothing that was sampled is tokenised again. */
export const TalkTurn = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('person'), utterance: z.string() }),
  z.strictObject({ by: z.literal('model'), strategyIds: TokenIds, utteranceIds: TokenIds }),
]);
export type TalkTurn = z.infer<typeof TalkTurn>;

/** Everything that two answers are a function of: the worker keeps nothing between two orders. */
export const Talk = z.strictObject({
  model: z.string().refine(isModelName),
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

/** The context of a turn, and which of its tokens were sampled: what else could have stood there is asked of a checkpoint. */
export const Consideration = z.strictObject({
  modelName: z.string().min(1),
  /** What the update trained with: its temperature is the one that was sampled at. */
  config: RunConfig,
  /** null: the base, as before the first update. */
  checkpointId: z.string().nullable(),
  /** Up to the turn's last token. */
  tokenIds: TokenIds.min(2),
  /** Ascending positions in `tokenIds`, from 1. */
  sampled: z.array(z.int().min(1)).min(1),
  /** How many of the likeliest are wanted at each. */
  count: z.int().min(1).max(50),
});
export type Consideration = z.infer<typeof Consideration>;

const ValuedToken = z.strictObject({
  tokenId: z.int().min(0),
  /** Nats, at the temperature of sampling. */
  logProb: z.number(),
  baseLogProb: z.number(),
});

/** What could have stood in the place of one token, the likeliest first. */
export const Considered = z.strictObject({
  /** Position in the context. */
  index: z.int().min(1),
  /** The one that was drawn. */
  sampled: ValuedToken,
  likeliest: z.array(ValuedToken),
});
export type Considered = z.infer<typeof Considered>;

/** Whose weights play in a trial, with the model that they were trained from. */
export const TrialPlayer = z.strictObject({
  modelName: z.string().min(1),
  /** Of its own run: what its weights are, not what it plays. */
  config: RunConfig,
  /** null: as they were before the first update of a run that starts from its model. */
  checkpointId: z.string().nullable(),
});
export type TrialPlayer = z.infer<typeof TrialPlayer>;

/** Players that meet the same held-out scenarios with the same random numbers, one player after the other. */
export const Trial = z.strictObject({
  /** What is played and against whom, as the evaluations of a run with this config play it (`training/validation.ts`). */
  setting: RunConfig,
  /** Of each player. */
  episodeCount: z.int().min(1).max(256),
  /** As many as are compared at once, and what each was before its training. */
  players: z.array(TrialPlayer).min(1).max(12),
});
export type Trial = z.infer<typeof Trial>;

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
  /** Whether the page can ask a model that the browser brings along; absent: no. */
  hasBrowserModel: z.boolean().optional(),
});
export type ChatAccess = z.infer<typeof ChatAccess>;

const Failure = z.strictObject({ code: z.string(), what: z.string(), why: z.string(), fix: z.string() });

/** What the worker asks the browser's model through the page: only a window may ask it. */
export const AgentQuestion = z.strictObject({
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  temperature: z.number().min(0),
  tokenLimit: z.int().min(1),
});
export type AgentQuestion = z.infer<typeof AgentQuestion>;

export const AgentReply = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answered'), text: z.string() }),
  z.strictObject({ kind: z.literal('failed'), failure: Failure }),
]);
export type AgentReply = z.infer<typeof AgentReply>;

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
    /** What the config's lesson is about; absent: it has none. */
    dialogues: z.array(Dialogue).optional(),
    /** The checkpoint whose weights it begins with; absent: those of its base model. */
    from: z.string().min(1).optional(),
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
  /** Turn knobs of the run that trains, from its next update on; `knobs.turned` is the answer. */
  z.strictObject({ kind: z.literal('run.turnKnobs'), knobs: LiveKnobs }),
  z.strictObject({ kind: z.literal('checkpoint.save'), label: z.string().min(1) }),
  /** Zip the weights of a checkpoint; `weights.exported` answers. */
  z.strictObject({ kind: z.literal('weights.export'), checkpointId: z.string() }),
  /** What a run would take; `run.estimated` answers. */
  z.strictObject({ kind: z.literal('run.estimate'), config: RunConfig }),
  /** Answer as the model's seat, twice. `talk.answered` (two of them) or `talk.failed` carry the same `askId`. */
  z.strictObject({ kind: z.literal('talk.ask'), askId: z.string().min(1), talk: Talk }),
  /** Take one turn of a play, or advise it. `play.answered` or `play.failed` carry the same `askId`. */
  z.strictObject({
    kind: z.literal('play.ask'),
    askId: z.string().min(1),
    order: PlayOrder,
    access: ChatAccess.optional(),
  }),
  /** Ask a chat server for a word; `chat.tested` answers with the same `testId`. */
  z.strictObject({
    kind: z.literal('chat.test'),
    testId: z.string().min(1),
    server: ChatEndpoint,
    access: ChatAccess,
  }),
  /** What the browser's model answered to `agent.asked`. */
  z.strictObject({ kind: z.literal('agent.replied'), askId: z.string(), reply: AgentReply }),
  /** Play the rest of a dialogue again and again. `fork.finished` or `fork.failed` ends it, with the same `forkId`. */
  z.strictObject({
    kind: z.literal('fork.start'),
    forkId: z.string().min(1),
    fork: Fork,
    access: ChatAccess.optional(),
  }),
  z.strictObject({ kind: z.literal('fork.cancel') }),
  /** Let players play now. `trial.finished` or `trial.failed` ends it, with the same `trialId`. */
  z.strictObject({ kind: z.literal('trial.start'), trialId: z.string().min(1), trial: Trial }),
  z.strictObject({ kind: z.literal('trial.cancel') }),
  /** What else could have been written in a turn. `alternatives.found` or `alternatives.failed` carry the same `askId`. */
  z.strictObject({
    kind: z.literal('alternatives.ask'),
    askId: z.string().min(1),
    consideration: Consideration,
  }),
  /** Compare every kernel with PyTorch on this device. A run, a talk or a fork that begins takes its place. */
  z.strictObject({ kind: z.literal('selfTest.start') }),
  z.strictObject({ kind: z.literal('selfTest.cancel') }),
  /** Do what is missing of an experiment. `experiment.finished` or `experiment.failed` ends it, with the same id. */
  z.strictObject({ kind: z.literal('experiment.start'), experimentId: z.string().min(1), order: ExperimentOrder }),
  z.strictObject({ kind: z.literal('experiment.stop') }),
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
  /** The text so far of what a turn's strategist or agent is writing. */
  z.strictObject({
    kind: z.literal('play.streamed'),
    askId: z.string(),
    role: z.enum(['strategist', 'agent']),
    text: z.string(),
  }),
  z.strictObject({ kind: z.literal('play.answered'), askId: z.string(), turn: PlayTurn }),
  z.strictObject({ kind: z.literal('play.failed'), askId: z.string(), failure: Failure }),
  /** What a chat server said to the test, how long it took, and what that has used. */
  z.strictObject({
    kind: z.literal('chat.tested'),
    testId: z.string(),
    outcome: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('answered'), text: z.string(), seconds: z.number(), usage: ChatUsage }),
      z.strictObject({ kind: z.literal('failed'), failure: Failure }),
    ]),
  }),
  /** Ask the browser's model; `agent.replied` answers with the same `askId`, unless the question is withdrawn. */
  z.strictObject({ kind: z.literal('agent.asked'), askId: z.string(), question: AgentQuestion }),
  z.strictObject({ kind: z.literal('agent.withdrawn'), askId: z.string() }),
  /** What the servers of the run have been asked since it began or went on in this tab; null where none is asked. */
  z.strictObject({
    kind: z.literal('chat.metered'),
    runId: z.string(),
    agent: ChatUsage.nullable(),
    judge: ChatUsage.nullable(),
  }),
  /** What is tried, once that is known. */
  z.strictObject({ kind: z.literal('fork.opened'), forkId: z.string(), arms: z.array(ForkArm), total: z.int() }),
  z.strictObject({ kind: z.literal('fork.progressed'), forkId: z.string(), replays: z.array(ForkReplay) }),
  z.strictObject({ kind: z.literal('fork.finished'), forkId: z.string() }),
  /** What was replayed so far stands; `code` `cancelled`: somebody wanted that. */
  z.strictObject({ kind: z.literal('fork.failed'), forkId: z.string(), failure: Failure }),
  /** `share` of the dialogues of one player, by its place in the order. */
  z.strictObject({ kind: z.literal('trial.progressed'), trialId: z.string(), player: z.int(), share: z.number() }),
  /** All dialogues of one player; its seats are their `trainedSeats`. Nobody has scored their turns. */
  z.strictObject({ kind: z.literal('trial.played'), trialId: z.string(), player: z.int(), episodes: z.array(Episode) }),
  z.strictObject({ kind: z.literal('trial.finished'), trialId: z.string() }),
  /** Who has played to the end stands; `code` `cancelled`: somebody wanted that. */
  z.strictObject({ kind: z.literal('trial.failed'), trialId: z.string(), failure: Failure }),
  z.strictObject({ kind: z.literal('alternatives.found'), askId: z.string(), tokens: z.array(Considered) }),
  z.strictObject({ kind: z.literal('alternatives.failed'), askId: z.string(), failure: Failure }),
  z.strictObject({
    kind: z.literal('selfTest.progressed'),
    result: CheckResult,
    /** Checks that are over, of all there are. */
    done: z.int(),
    total: z.int(),
  }),
  z.strictObject({ kind: z.literal('selfTest.finished') }),
  /** `share` of a part that is under way; `done` of `parts` are over. */
  z.strictObject({
    kind: z.literal('experiment.progressed'),
    experimentId: z.string(),
    part: z.string(),
    share: z.number(),
    done: z.int(),
    parts: z.int(),
  }),
  z.strictObject({ kind: z.literal('experiment.finished'), experimentId: z.string() }),
  /** What is done stays; `code` `cancelled`: somebody wanted that. */
  z.strictObject({ kind: z.literal('experiment.failed'), experimentId: z.string(), failure: Failure }),
  /** It did not start, or something took its place; `code` `cancelled`: somebody wanted that. */
  z.strictObject({ kind: z.literal('selfTest.failed'), failure: Failure }),
  /** The zip, as bytes, ready to download. */
  z.strictObject({ kind: z.literal('weights.exported'), fileName: z.string(), bytes: z.instanceof(Uint8Array) }),
]);
export type EngineMessage = z.infer<typeof EngineMessage>;

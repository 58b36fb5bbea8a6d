import { z } from 'zod';
import { Dialogue } from './dialogueSet.ts';
import { ENVIRONMENT_NAMES } from './environmentName.ts';
import { EndReason } from './episode.ts';
import { AgentKind, ChatServers, RunConfig } from './runConfig.ts';
import { SeatIndex, Split } from './scenario.ts';
import { perDimension } from './socialEvaluation.ts';

/** Weights that a training has come to. */
export const Milestone = z.strictObject({
  runId: z.string().min(1),
  updates: z.int().min(1),
  /** Of the checkpoint's tensors, moments included: the same on the same adapter, bit for bit. */
  sha256: z.string().length(64),
});
export type Milestone = z.infer<typeof Milestone>;

/** Weights of a training after so many updates. */
export const TrainedWeights = Milestone.omit({ sha256: true });
export type TrainedWeights = z.infer<typeof TrainedWeights>;

const temperature = z.number().min(0).max(2);

/** Who decides for a seat. All but `script` are carried out by the cell's agent. */
export const Player = z.discriminatedUnion('kind', [
  /** Strategist: the frozen base. */
  z.strictObject({ kind: z.literal('base'), temperature }),
  /** Strategist: what a training has made of it after so many updates. */
  z.strictObject({ kind: z.literal('trained'), runId: z.string().min(1), updates: z.int().min(1), temperature }),
  /** Nobody advises the agent. */
  z.strictObject({ kind: z.literal('none') }),
  /** The agent writes a strategy of its own first. */
  z.strictObject({ kind: z.literal('react') }),
  /** The same strategy in every turn. */
  z.strictObject({ kind: z.literal('fixed'), text: z.string().min(1) }),
  /** A rule speaks: a scripted partner, or one of those of every environment (`play/rules.ts`). */
  z.strictObject({ kind: z.literal('script'), name: z.string().min(1) }),
  /** The model on the agent's chat server, whoever carries strategies out elsewhere; nobody advises it. */
  z.strictObject({ kind: z.literal('chat') }),
]);
export type Player = z.infer<typeof Player>;

/** One condition of a benchmark. Cells with the same seed meet the same scenarios with the same random numbers. */
export const Cell = z.strictObject({
  /** Base model, as `--model` names it. */
  model: z.string().min(1),
  environment: z.enum(ENVIRONMENT_NAMES),
  split: Split,
  measured: Player,
  partner: Player,
  /** Of both seats. */
  agent: AgentKind,
  agentTemperature: temperature,
  /** 0: as many as the environment is made for. */
  turnLimit: z.int().min(0).max(100),
  strategyTokenLimit: z.int().min(1),
  actionTokenLimit: z.int().min(1),
  seed: z.int().min(0),
  /** Agent and evaluator on chat servers, `MODEL@URL`; empty: nobody is asked. */
  asked: z.array(z.string()),
});
export type Cell = z.infer<typeof Cell>;

/** One decision of a benchmark's dialogue. */
const PlayedTurnRecord = z.strictObject({
  seat: SeatIndex,
  strategy: z.string().nullable(),
  family: z.string().nullable(),
  isApplicable: z.boolean(),
  isFollowed: z.boolean().nullable(),
  utterance: z.string(),
  /** Of the action. */
  kind: z.string(),
});

/** SOTOPIA's seven scores and their mean. */
const Social = z.strictObject({ ...perDimension(() => z.number()), overall: z.number() });
export type SocialScores = z.infer<typeof Social>;

/** One line of a cell's journal. */
export const EpisodeResult = z.strictObject({
  /** Which of the cell's episodes; everything in it is a function of that and the cell. */
  index: z.int().min(0),
  scenario: z.string(),
  /** Canonical scenario. */
  cluster: z.string(),
  /** Of the measured player. */
  seat: SeatIndex,
  /** null where nobody knows them. */
  points: z.number().nullable(),
  partnerPoints: z.number().nullable(),
  endReason: EndReason,
  isParetoOptimal: z.boolean(),
  turns: z.array(PlayedTurnRecord),
  /** Of the measured seat, where an evaluator read the dialogue. */
  social: Social.optional(),
});
export type EpisodeResult = z.infer<typeof EpisodeResult>;

/** A player who has a name in reports. */
export const Member = z.strictObject({ name: z.string().min(1), player: Player }).readonly();
export type Member = z.infer<typeof Member>;

/** Who sits opposite the strategist in its training besides itself. */
export const Opponents = z.strictObject({
  /** Of the groups of dialogues; in the others one of the members sits opposite, each equally often. */
  selfPlayShare: z.number().min(0).max(1),
  members: z.array(Member).min(1).readonly(),
});
export type Opponents = z.infer<typeof Opponents>;

/** A training that an experiment asks for; its id is a function of everything else (`identity.ts`). */
export const Training = z.strictObject({
  runId: z.string().min(1),
  /** What it is called in the name of its run: its preset, or its round. */
  name: z.string().min(1),
  model: z.string().min(1),
  config: RunConfig,
  /** Where it goes on, or whose weights alone it begins with (`config.startedFrom`); null: at the base model. */
  origin: TrainedWeights.nullable(),
  /** Who plays what it learns from (`config.dialogues`) before its first update; null: the base. Absent: itself, as it goes. */
  playedBy: TrainedWeights.nullable().exactOptional(),
  /** Absent: nobody but whom its config says. */
  opponents: Opponents.exactOptional(),
});
export type Training = z.infer<typeof Training>;

/** What one update of a training did, without times. */
export const UpdatePoint = z.strictObject({
  updateIndex: z.int().min(0),
  pointsTrained: z.number(),
  agreementShare: z.number(),
  entropy: z.number(),
  klToBase: z.number(),
  readableShare: z.number(),
});
export type UpdatePoint = z.infer<typeof UpdatePoint>;

/** A batch of dialogues that a training learns from: one line of its journal, there as a whole or not at all. */
export const PlayedBatch = z.strictObject({ batch: z.int().min(0), dialogues: z.array(Dialogue) });
export type PlayedBatch = z.infer<typeof PlayedBatch>;

/** One dialogue's own turns: what each earned, beside what it was worth. */
export const CreditResult = z.strictObject({
  index: z.int().min(0),
  cluster: z.string(),
  turns: z.array(
    z.strictObject({
      /** Own turns that came after it. */
      turnsToGo: z.int().min(0),
      /** Mean points of many continuations after the turn, minus the same before it. */
      gain: z.number(),
      /** By the name of the turn reward. */
      rewards: z.record(z.string(), z.number()),
    }),
  ),
});
export type CreditResult = z.infer<typeof CreditResult>;

/** Why a part could not be done; another attempt comes with the next start. */
export const PartFailure = z.strictObject({ part: z.string(), what: z.string(), why: z.string() });
export type PartFailure = z.infer<typeof PartFailure>;

/** What a part took: never in the results, because no two machines agree. */
export const Cost = z.strictObject({
  part: z.string(),
  adapter: z.string(),
  model: z.string(),
  kind: z.enum(['train', 'play', 'credit']),
  /** Updates, episodes or continuations that were made. */
  units: z.number(),
  seconds: z.number(),
  /** What chat servers were asked for it. */
  chatTokens: z.number().optional(),
});
export type Cost = z.infer<typeof Cost>;

const seeds = z.array(z.int().min(0).max(1_000_000)).min(1).max(8);

/** Everything that an experiment is a function of. */
export const ExperimentOrder = z.strictObject({
  recipe: z.string().min(1),
  models: z.array(z.string().min(1)).min(1).max(3),
  environment: z.enum(ENVIRONMENT_NAMES),
  /** Of the trainings: every one is reported. */
  seeds,
  /** Of each cell. */
  episodes: z.int().min(2).max(100_000),
  /** Of each training. */
  updates: z.int().min(1).max(10_000),
  episodesPerUpdate: z.int().min(2).max(1024),
  /** Knobs of every training, on top of the recipe's own: `{"learningRate": 0.0005}`. */
  knobs: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Who is asked outside the engine: agents that are chat, a judge that rewards turns or evaluates dialogues. */
  servers: ChatServers,
});
export type ExperimentOrder = z.infer<typeof ExperimentOrder>;

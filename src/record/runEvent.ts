import { z } from 'zod';
import { Alarm } from './alarm.ts';
import { CheckpointManifest } from './checkpoint.ts';
import { Episode, EndReason, Turn } from './episode.ts';
import { Evaluation } from './evaluation.ts';
import { LiveKnobs } from './knobChange.ts';
import { UpdateMetrics } from './metrics.ts';
import { RunConfig } from './runConfig.ts';
import { Scenario, SeatIndex } from './scenario.ts';

/** What the trainer is doing. Each phase's seconds are in the update's metrics. */
export const Phase = z.enum(['rollout', 'judge', 'score', 'update', 'evaluate', 'save']);
export type Phase = z.infer<typeof Phase>;

const FAILURE = { code: z.string(), what: z.string(), why: z.string(), fix: z.string() };

/** News of a run, in the past tense. The trainer yields them, the worker forwards them, the page reduces them. */
export const RunEvent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('run.started'),
    config: RunConfig,
    modelName: z.string(),
    /** 0, or where a resumed run goes on. */
    updatesDone: z.int().min(0),
  }),
  /** The engine gets ready before the first update: kernels are compiled. Comes only where that takes time. */
  z.strictObject({
    kind: z.literal('engine.prepared'),
    /** 0–1. */
    share: z.number().min(0).max(1),
  }),
  z.strictObject({
    kind: z.literal('phase.progressed'),
    updateIndex: z.int(),
    phase: Phase,
    /** 0–1 within the phase. */
    share: z.number().min(0).max(1),
  }),
  /** One of the few dialogues of a batch that are streamed while they happen. */
  z.strictObject({
    kind: z.literal('episode.started'),
    episodeId: z.string(),
    updateIndex: z.int(),
    scenario: Scenario,
    trainedSeats: z.array(SeatIndex),
  }),
  /** The text so far of what is being written; replaces the earlier text of the same turn and role. */
  z.strictObject({
    kind: z.literal('turn.streamed'),
    episodeId: z.string(),
    turnIndex: z.int(),
    seat: SeatIndex,
    role: z.enum(['strategist', 'agent']),
    text: z.string(),
  }),
  /** A streamed dialogue's turn is complete; its reward follows when the episode is scored. */
  z.strictObject({ kind: z.literal('turn.spoken'), episodeId: z.string(), turn: Turn }),
  z.strictObject({
    kind: z.literal('episode.ended'),
    episodeId: z.string(),
    endReason: EndReason,
    points: z.tuple([z.number(), z.number()]),
  }),
  /** The batch with rewards, returns and advantages. */
  z.strictObject({ kind: z.literal('episodes.scored'), updateIndex: z.int(), episodes: z.array(Episode) }),
  z.strictObject({ kind: z.literal('update.finished'), updateIndex: z.int(), metrics: UpdateMetrics }),
  /** Comes when the trouble begins, and not again while it lasts. */
  z.strictObject({ kind: z.literal('alarm.raised'), updateIndex: z.int(), alarm: Alarm }),
  /** On held-out scenarios, after the first `updatesDone` updates. */
  z.strictObject({
    kind: z.literal('evaluation.finished'),
    updatesDone: z.int(),
    evaluation: Evaluation,
    /** Its mean is the highest of the run so far. */
    isBest: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('checkpoint.saved'), manifest: CheckpointManifest }),
  /** With a failure where somebody outside did not answer: what was under way is repeated when the run goes on. */
  z.strictObject({
    kind: z.literal('run.paused'),
    updatesDone: z.int(),
    failure: z.strictObject(FAILURE).optional(),
  }),
  z.strictObject({ kind: z.literal('run.continued'), updatesDone: z.int() }),
  /** By a person, or again in a run that goes on; from the next update on. */
  z.strictObject({ kind: z.literal('knobs.turned'), updatesDone: z.int(), knobs: LiveKnobs }),
  z.strictObject({ kind: z.literal('run.finished'), updatesDone: z.int() }),
  z.strictObject({ kind: z.literal('run.stopped'), updatesDone: z.int() }),
  /** The graphics device was lost. `run.started` follows when a new one goes on from the last checkpoint. */
  z.strictObject({ kind: z.literal('run.interrupted'), ...FAILURE }),
  z.strictObject({ kind: z.literal('run.failed'), ...FAILURE }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

import { z } from 'zod';
import {
  BUILT_IN_MODEL_NAMES,
  BUILT_IN_MODELS,
  DEFAULT_BUILT_IN_MODEL,
  describeModel,
  isBuiltInModel,
} from './builtInModel.ts';

/** What the form shows beside a knob. `group` orders the form; `unit` stands behind the number. */
export interface KnobMeta {
  readonly label: string;
  readonly group: 'Episode' | 'Reward' | 'Objective' | 'Optimizer' | 'Model' | 'Run';
  readonly unit?: string;
  readonly help: string;
}

const knob = <Schema extends z.ZodType>(schema: Schema, meta: KnobMeta) => schema.meta({ ...meta });

/**
 * The knobs of one run: the schema is the type, the defaults, the form and its limits.
 * `strictObject` rejects a misspelt key instead of silently training with the default.
 */
export const RunConfig = z.strictObject({
  environment: knob(z.enum(['deal-or-no-deal']).default('deal-or-no-deal'), {
    label: 'Environment',
    group: 'Episode',
    help: 'The interaction that is played.',
  }),
  episodesPerUpdate: knob(z.int().min(1).max(256).default(64), {
    label: 'Episodes per update',
    group: 'Episode',
    unit: 'episodes',
    help: 'Dialogues played with the current strategist before each optimizer step.',
  }),
  episodesPerScenario: knob(z.int().min(1).max(32).default(4), {
    label: 'Episodes per scenario',
    group: 'Episode',
    unit: 'episodes',
    help: 'Dialogues of one scenario in a batch: the group that leave-one-out compares.',
  }),
  turnLimit: knob(z.int().min(2).max(20).default(10), {
    label: 'Turn limit',
    group: 'Episode',
    unit: 'turns, both seats',
    help: 'The dialogue ends without a deal after this many turns.',
  }),
  trainedSeats: knob(z.enum(['both', 'alternate']).default('both'), {
    label: 'Trained seats',
    group: 'Episode',
    help: 'both: self-play, the strategist sits on both sides. alternate: one side, against the frozen base.',
  }),
  strategyTokenLimit: knob(z.int().min(1).max(64).default(20), {
    label: 'Strategy length limit',
    group: 'Episode',
    unit: 'tokens',
    help: 'A strategy that has not ended by then is cut; no end token is invented for it.',
  }),
  actionTokenLimit: knob(z.int().min(1).max(128).default(40), {
    label: 'Utterance length limit',
    group: 'Episode',
    unit: 'tokens',
    help: 'The same for what the agent says.',
  }),
  strategistTemperature: knob(z.number().min(0.05).max(2).default(1), {
    label: 'Strategist temperature',
    group: 'Episode',
    help: 'Sampling temperature of the strategist. Scoring applies the same temperature, so importance ratios start at 1.',
  }),
  agentTemperature: knob(z.number().min(0).max(2).default(0.5), {
    label: 'Agent temperature',
    group: 'Episode',
    help: 'Sampling temperature of the frozen agent; 0 is greedy.',
  }),
  turnReward: knob(z.enum(['terminal', 'potential', 'critical-accepting', 'critical-progress']).default('terminal'), {
    label: 'Turn reward',
    group: 'Reward',
    help: 'terminal: points at the end. potential: shaping by the value of the standing offer. critical-…: the paper’s critical turns, marked by a rule that does or does not reward accepting as such.',
  }),
  turnDiscount: knob(z.number().min(0).max(1).default(0.99), {
    label: 'Turn discount γ',
    group: 'Reward',
    unit: 'per own turn',
    help: 'Discount per turn of the seat, not per token.',
  }),
  advantage: knob(z.enum(['linear', 'leave-one-out', 'paper']).default('linear'), {
    label: 'Advantage',
    group: 'Objective',
    help: 'linear / leave-one-out: reward-to-go minus that baseline. paper: EPO equation 5, returns divided by the largest of the dialogue.',
  }),
  klPenaltyPerNat: knob(z.number().min(0).max(10).default(0.1), {
    label: 'KL to base',
    group: 'Objective',
    unit: 'per nat',
    help: 'Weight of the exact KL(policy‖base) over strategy tokens. 0 switches it off.',
  }),
  model: knob(z.enum(BUILT_IN_MODEL_NAMES).default(DEFAULT_BUILT_IN_MODEL), {
    label: 'Base model',
    group: 'Model',
    help: BUILT_IN_MODELS.map(describeModel).join(' '),
  }),
  adaptation: knob(z.enum(['full', 'lora']).default('full'), {
    label: 'Trained weights',
    group: 'Model',
    help: 'full: all weights. lora: low-rank adapters on all seven projections.',
  }),
  loraRank: knob(z.int().min(1).max(64).default(8), {
    label: 'LoRA rank',
    group: 'Model',
    help: 'Rank r of the adapters.',
  }),
  loraAlpha: knob(z.number().positive().max(256).default(16), {
    label: 'LoRA alpha',
    group: 'Model',
    help: 'Adapters are scaled by alpha / rank.',
  }),
  learningRate: knob(z.number().positive().max(0.1).default(1e-3), {
    label: 'Learning rate',
    group: 'Optimizer',
    help: 'Peak learning rate of AdamW. LoRA wants about four times the rate of full weights.',
  }),
  schedule: knob(z.enum(['constant', 'cosine']).default('constant'), {
    label: 'Schedule',
    group: 'Optimizer',
    help: 'After the warm-up: constant, or a cosine that would reach zero one update after the last.',
  }),
  warmupUpdates: knob(z.int().min(0).max(1000).default(0), {
    label: 'Warm-up',
    group: 'Optimizer',
    unit: 'updates',
    help: 'Updates over which the learning rate rises linearly.',
  }),
  adamBeta1: knob(z.number().min(0).max(0.999).default(0.9), {
    label: 'Adam β₁',
    group: 'Optimizer',
    help: 'Decay of the first moment.',
  }),
  adamBeta2: knob(z.number().min(0).max(0.9999).default(0.95), {
    label: 'Adam β₂',
    group: 'Optimizer',
    help: 'Decay of the second moment.',
  }),
  weightDecay: knob(z.number().min(0).max(1).default(0), {
    label: 'Weight decay',
    group: 'Optimizer',
    help: 'Decoupled (AdamW), on matrices only.',
  }),
  gradientClipNorm: knob(z.number().positive().max(1000).default(1), {
    label: 'Gradient clip',
    group: 'Optimizer',
    help: 'Largest global norm of the gradient.',
  }),
  updates: knob(z.int().min(1).max(100_000).default(20), {
    label: 'Updates',
    group: 'Run',
    unit: 'updates',
    help: 'Optimizer steps of the run.',
  }),
  tokensPerMicroBatch: knob(z.int().min(512).max(32_768).default(2048), {
    label: 'Micro-batch',
    group: 'Run',
    unit: 'tokens',
    help: 'Tokens per forward and backward pass. Changes memory and speed, not the gradient.',
  }),
  updatesPerCheckpoint: knob(z.int().min(1).max(10_000).default(1), {
    label: 'Checkpoint every',
    group: 'Run',
    unit: 'updates',
    help: 'A checkpoint is also saved when a run pauses, stops or ends.',
  }),
  seed: knob(z.int().min(0).max(2_147_483_647).default(1), {
    label: 'Seed',
    group: 'Run',
    help: 'Everything random in the run is a function of this number.',
  }),
});
export type RunConfig = z.infer<typeof RunConfig>;

/** Defaults of every knob. */
export function defaultRunConfig(): RunConfig {
  return RunConfig.parse({});
}

/** The config of a saved run. What it was trained from is a fact of the run; a config from before the knob lacks it. */
export function withOwnModel(config: RunConfig, modelName: string): RunConfig {
  return isBuiltInModel(modelName) ? { ...config, model: modelName } : config;
}

import { z } from 'zod';
import { BUILT_IN_MODEL_NAMES, BUILT_IN_MODELS, DEFAULT_BUILT_IN_MODEL, describeModel } from './builtInModel.ts';
import { ChatEndpoint } from './chatEndpoint.ts';
import { DialogueLesson } from './dialogueLesson.ts';
import { isModelName, isStoredModel } from './modelName.ts';
import { PRESET_NAMES } from './objectivePreset.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES } from './environmentName.ts';
import { TEMPERAMENT_NAMES } from './temperament.ts';

/** What the form shows beside a knob. `group` orders the form; `unit` stands behind the number. */
export interface KnobMeta {
  readonly label: string;
  readonly group: 'Episode' | 'Reward' | 'Objective' | 'Optimizer' | 'Model' | 'Run';
  readonly unit?: string;
  readonly help: string;
  /** Of a knob to which a browser adds what it keeps: whose names these are, and the choices that everybody has. */
  readonly kept?: { readonly kind: 'models' | 'adapters'; readonly choices: readonly string[] };
}

/** Real models can read far more than a dialogue has; every cache has room for all that may be read. */
export const DEFAULT_CONTEXT_LIMIT = 2048;

/** Low-rank factors start as new ones. */
export const NEW_ADAPTER = 'new';

/** As the objective preset says. */
export const PRESET = 'preset';
const orPreset = <Schema extends z.ZodNumber>(schema: Schema) => z.union([z.literal(PRESET), schema]).default(PRESET);

/** Who carries strategies out. The negotiator does not: it has a mind of its own. */
export const AgentKind = z.enum(['model', 'other-model', 'script', 'chat', 'browser', 'negotiator']);
export type AgentKind = z.infer<typeof AgentKind>;

/** What a turn can be rewarded for (`reward/` and docs/algorithms.md say how). */
export const RewardKind = z.enum([
  'terminal',
  'potential',
  'critical-accepting',
  'critical-progress',
  'judge',
  'judge-graded',
  'information-gain',
  'rollout-value',
]);
export type RewardKind = z.infer<typeof RewardKind>;

const knob = <Schema extends z.ZodType>(schema: Schema, meta: KnobMeta) => schema.meta({ ...meta });

/**
 * The knobs of one run: the schema is the type, the defaults, the form and its limits.
 * `strictObject` rejects a misspelt key instead of silently training with the default.
 */
export const RunKnobs = z.strictObject({
  environment: knob(z.enum(ENVIRONMENT_NAMES).default(DEFAULT_ENVIRONMENT), {
    label: 'Environment',
    group: 'Episode',
    help: 'The interaction that is played.',
  }),
  episodesPerUpdate: knob(z.int().min(1).max(1024).default(64), {
    label: 'Episodes per update',
    group: 'Episode',
    unit: 'episodes',
    help: 'Dialogues played with the current strategist before it learns from them.',
  }),
  episodesPerScenario: knob(z.int().min(1).max(32).default(4), {
    label: 'Episodes per scenario',
    group: 'Episode',
    unit: 'episodes',
    help: 'Dialogues of one scenario in a batch: the group that leave-one-out compares.',
  }),
  curriculum: knob(z.enum(['off', 'learnable', 'staged']).default('off'), {
    label: 'Curriculum',
    group: 'Episode',
    help: 'Which scenarios are played. off: any. learnable: of a fixed pool, most often those that succeed half of the time (CLPO). staged: the easiest third of the pool first, all of it at the end (CRAFT-GUI).',
  }),
  hints: knob(z.enum(['off', 'on']).default('off'), {
    label: 'Hints',
    group: 'Episode',
    help: 'on: a scenario at which every dialogue failed is tried again with more and more of an expert’s dialogue in the prompt, until it succeeds (GHPO, Scaf-GRPO).',
  }),
  turnLimit: knob(z.int().min(0).max(100).default(0), {
    label: 'Turn limit',
    group: 'Episode',
    unit: 'turns, both seats',
    help: 'The episode ends after this many turns. 0: after as many as the environment is made for.',
  }),
  agent: knob(AgentKind.exclude(['negotiator']).default('model'), {
    label: 'Agent',
    group: 'Episode',
    help: 'Who carries strategies out. model: the frozen base, in its own words. other-model: another model, loaded beside it (agentModel). script: rules, to the letter; what they cannot read they repeat. chat: the model on a chat server. browser: the model that this browser brings along.',
  }),
  agentModel: knob(z.string().refine(isModelName).default(DEFAULT_BUILT_IN_MODEL), {
    label: 'Agent’s model',
    group: 'Episode',
    help: 'Where an agent is other-model: which one. It is never trained, reads and writes in its own tokens, and takes memory beside the base.',
    kept: { kind: 'models', choices: BUILT_IN_MODEL_NAMES },
  }),
  trainedSeats: knob(z.enum(['both', 'alternate']).default('both'), {
    label: 'Trained seats',
    group: 'Episode',
    help: 'both: self-play, the strategist sits on both sides. alternate: one side, against the frozen base. Where the other side is the world, there is but one.',
  }),
  partnerStrategist: knob(z.enum(['base', 'none', 'react', 'fixed']).default('base'), {
    label: 'Partner’s strategist',
    group: 'Episode',
    help: 'Where one side is trained, who advises the other. base: the frozen base. none: nobody. react: the partner’s agent writes a strategy of its own first. fixed: the same strategy each turn (partnerStrategy).',
  }),
  partnerAgent: knob(z.enum(['same', ...AgentKind.options]).default('same'), {
    label: 'Partner’s agent',
    group: 'Episode',
    help: 'Where one side is trained, who carries strategies out on the other. same: as on the trained side. negotiator: rules with a temperament, which nobody advises.',
  }),
  partnerTemperament: knob(z.enum(TEMPERAMENT_NAMES).default('steady'), {
    label: 'Partner’s temperament',
    group: 'Episode',
    help: 'Of a partner that is a negotiator: how much it hopes for, how fast it gives in, and how it talks.',
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
    help: 'Sampling temperature of the agent, frozen model or chat server; 0 is greedy.',
  }),
  turnReward: knob(z.enum([...RewardKind.options, 'blend']).default('terminal'), {
    label: 'Turn reward',
    group: 'Reward',
    help: 'terminal: points at the end. potential: shaping by the value of the standing offer. critical-…: the paper’s critical turns, marked by a rule that does or does not reward accepting as such. judge: marked by a language model, as in the paper. judge-graded: it scores every turn. information-gain: by how much it raised the policy’s own belief in the best outcome. rollout-value: by how much it raised the mean of dialogues that are played on from there. blend: a weighted sum of others (rewardBlend).',
  }),
  rolloutValueSamples: knob(z.int().min(1).max(64).default(4), {
    label: 'Dialogues per value',
    group: 'Reward',
    unit: 'dialogues',
    help: 'For the turn reward rollout-value: how many dialogues are played on from before and after every turn. The cost of an update grows with it.',
  }),
  rewardNormalisation: knob(z.enum(['none', 'dialogue-max', 'batch-max', 'batch-rms']).default('none'), {
    label: 'Reward scale',
    group: 'Reward',
    help: 'What turn rewards are divided by, each part of a blend on its own: the largest of the dialogue, the largest of the batch, or the root of the batch’s mean square. Nothing is subtracted, so that no length is favoured.',
  }),
  judge: knob(z.enum(['chat', 'model']).default('chat'), {
    label: 'Judge',
    group: 'Reward',
    help: 'Who judges, where turns are judged. chat: the model on a chat server. model: the frozen base itself, if it is an instruct model; as good a judge as it is.',
  }),
  turnDiscount: knob(z.number().min(0).max(1).default(0.99), {
    label: 'Turn discount γ',
    group: 'Reward',
    unit: 'per own turn',
    help: 'Discount per turn of the seat, not per token.',
  }),
  preset: knob(z.enum(PRESET_NAMES).default('default'), {
    label: 'Objective preset',
    group: 'Objective',
    help: 'Which composition is trained; docs/algorithms.md has a section for each. The knobs below replace single parts of it.',
  }),
  advantage: knob(
    z
      .enum([
        PRESET,
        'linear',
        'leave-one-out',
        'group-mean',
        'group-normalised',
        'batch-mean',
        'seat-average',
        'value-head',
        'paper',
        'paper-batch-max',
        'paper-whitened',
        'none',
      ])
      .default(PRESET),
    {
      label: 'Advantage',
      group: 'Objective',
      help: 'linear … value-head: reward-to-go minus that baseline. paper: EPO equation 5, returns divided by the largest of the dialogue (or of the batch, or whitened). none: the reward-to-go itself.',
    },
  ),
  aggregation: knob(
    z
      .enum([PRESET, 'token-mean', 'turn-mean', 'turn-sum', 'sequence-mean', 'sequence-sum', 'constant'])
      .default(PRESET),
    {
      label: 'Aggregation',
      group: 'Objective',
      help: 'How tokens become one loss: a mean over all tokens, over turns (EPO), over dialogues (GRPO), sums, or a constant divisor (Dr. GRPO).',
    },
  ),
  klPenaltyPerNat: knob(orPreset(z.number().min(0).max(10)), {
    label: 'KL to base',
    group: 'Objective',
    unit: 'per nat',
    help: 'Weight of the KL penalty over strategy tokens. 0 switches it off.',
  }),
  klEstimator: knob(
    z
      .enum([PRESET, 'exact', 'exact-forward', 'k1-in-reward', 'k2-in-loss', 'k3-in-loss', 'k3-weighted'])
      .default(PRESET),
    {
      label: 'KL estimator',
      group: 'Objective',
      help: 'exact: KL(policy‖base) over the whole vocabulary. exact-forward: KL(base‖policy). The others estimate it from the sampled tokens.',
    },
  ),
  klTargetNats: knob(z.number().min(0).max(1000).default(0), {
    label: 'KL target',
    group: 'Objective',
    unit: 'nats per dialogue',
    help: 'The weight of a KL penalty in the reward follows this target. 0 keeps the weight.',
  }),
  klSchedule: knob(z.enum(['constant', 'linear']).default('constant'), {
    label: 'KL schedule',
    group: 'Objective',
    help: 'constant: the KL weight stays. linear: it falls to zero with the last update, as self-play towards an equilibrium wants it.',
  }),
  clipLow: knob(orPreset(z.number().min(0).max(1)), {
    label: 'Clip below',
    group: 'Objective',
    help: 'Importance ratios count down to 1 − this.',
  }),
  clipHigh: knob(orPreset(z.number().min(0).max(10)), {
    label: 'Clip above',
    group: 'Objective',
    help: 'Importance ratios count up to 1 + this.',
  }),
  entropyBonusPerNat: knob(orPreset(z.number().min(0).max(1)), {
    label: 'Entropy bonus',
    group: 'Objective',
    unit: 'per nat',
    help: 'Reward for uncertainty of the strategist’s tokens. 0 switches it off.',
  }),
  entropyTargetNats: knob(z.number().min(0).max(20).default(0), {
    label: 'Entropy target',
    group: 'Objective',
    unit: 'nats per token',
    help: 'A bonus that grows while entropy is below the target and shrinks above it. 0 switches it off.',
  }),
  minimumPoints: knob(z.number().min(0).max(10).default(0), {
    label: 'Smallest outcome',
    group: 'Objective',
    unit: 'points',
    help: 'Dialogues that earned less are not learned from. 0 learns from all.',
  }),
  dynamicSampling: knob(z.enum([PRESET, 'on', 'off']).default(PRESET), {
    label: 'Dynamic sampling',
    group: 'Objective',
    help: 'on: scenarios whose dialogues all earned the same are left out.',
  }),
  model: knob(z.string().refine(isModelName).default(DEFAULT_BUILT_IN_MODEL), {
    label: 'Base model',
    group: 'Model',
    help: `${BUILT_IN_MODELS.map(describeModel).join(' ')} The screen Models adds others.`,
    kept: { kind: 'models', choices: BUILT_IN_MODEL_NAMES },
  }),
  contextLimit: knob(z.int().min(128).max(32_768).default(DEFAULT_CONTEXT_LIMIT), {
    label: 'Context limit',
    group: 'Model',
    unit: 'tokens',
    help: 'Longest dialogue that fits, if the model itself can read more. Memory for caches and training grows with it.',
  }),
  basePrecision: knob(z.enum(['f32', 'f16', 'int8', 'int4']).default('f32'), {
    label: 'Base precision',
    group: 'Model',
    help: 'How the frozen weights are stored: agent, partner and the base that KL is measured against; those of another agent’s model too. Less memory, rounded weights; f32 keeps every bit. With LoRA the strategist stands on the rounded base.',
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
  adapter: knob(
    z
      .string()
      .refine((name) => name === NEW_ADAPTER || isStoredModel(name))
      .default(NEW_ADAPTER),
    {
      label: 'Starting adapter',
      group: 'Model',
      help: 'new: low-rank factors that change nothing yet. Others were trained elsewhere and added under Models; rank and alpha must be theirs.',
      kept: { kind: 'adapters', choices: [NEW_ADAPTER] },
    },
  ),
  epochsPerBatch: knob(z.int().min(1).max(32).default(1), {
    label: 'Epochs per batch',
    group: 'Optimizer',
    unit: 'passes',
    help: 'How often a batch is learned from. More than one wants an objective with importance ratios, which correct for weights that have moved since the dialogues were sampled.',
  }),
  stepsPerEpoch: knob(z.int().min(1).max(64).default(1), {
    label: 'Steps per epoch',
    group: 'Optimizer',
    unit: 'steps',
    help: 'Optimizer steps of each pass over a batch, every one on its own share of the dialogues.',
  }),
  sampleKlLimit: knob(z.number().min(0).max(10).default(0), {
    label: 'KL limit of a batch',
    group: 'Optimizer',
    unit: 'nats per token',
    help: 'A batch is done with once the policy is further than this from the one that sampled it. 0: no limit.',
  }),
  learningRate: knob(z.number().positive().max(0.1).default(1e-3), {
    label: 'Learning rate',
    group: 'Optimizer',
    help: 'Peak learning rate of AdamW. LoRA wants about four times the rate of full weights.',
  }),
  valueLearningRate: knob(z.number().positive().max(1).default(1e-2), {
    label: 'Value head rate',
    group: 'Optimizer',
    help: 'Peak learning rate of the value head, where the objective has one. It follows the schedule.',
  }),
  valueClipRange: knob(z.number().min(0).max(100).default(0.2), {
    label: 'Value head clip',
    group: 'Optimizer',
    help: 'Within one batch a predicted value moves by this at most. 0: no limit.',
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
    help: 'Batches of the run that are played and learned from.',
  }),
  tokensPerMicroBatch: knob(z.int().min(512).max(32_768).default(2048), {
    label: 'Micro-batch',
    group: 'Run',
    unit: 'tokens',
    help: 'Tokens per forward and backward pass. Changes memory and speed, not the gradient.',
  }),
  updatesPerEvaluation: knob(z.int().min(0).max(10_000).default(0), {
    label: 'Evaluate every',
    group: 'Run',
    unit: 'updates',
    help: 'Plays held-out scenarios against the partner of the training, then and after the last update; the best checkpoint is kept. 0: never.',
  }),
  evaluationEpisodes: knob(z.int().min(1).max(10_000).default(64), {
    label: 'Evaluation episodes',
    group: 'Run',
    unit: 'episodes',
    help: 'The same scenarios with the same random numbers each time, so that evaluations can be compared.',
  }),
  evaluationTemperature: knob(z.number().min(0).max(2).default(1), {
    label: 'Evaluation temperature',
    group: 'Run',
    help: 'Sampling temperature of the measured strategist; 0 is greedy.',
  }),
  pauseOnAlarm: knob(z.enum(['off', 'on']).default('off'), {
    label: 'Pause on alarm',
    group: 'Run',
    help: 'on: the run saves and pauses when entropy, ratios, gradients, rewards or KL get out of hand. off: it only says so.',
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
export type KnobName = keyof z.infer<typeof RunKnobs>;

/** Who is asked outside the engine: a place in a config for addresses, and none for keys. */
export const ChatServers = z.strictObject({
  /** Where an agent is `chat`. */
  agent: ChatEndpoint.nullable().default(null),
  /** Where the turn reward is a judge's; it also evaluates dialogues whose goals no rule checks. */
  judge: ChatEndpoint.nullable().default(null),
});
export type ChatServers = z.infer<typeof ChatServers>;

/** Everything that a run is a function of: its knobs, and what only a config file can say. */
export const RunConfig = RunKnobs.extend({
  servers: ChatServers.default({ agent: null, judge: null }),
  /** The text of a scenario pack (`environment/sotopia/pack.ts`), whose dialogues are played in the place of the built-in ones. */
  pack: z.string().max(5_000_000).default(''),
  /** The parts of the turn reward `blend`. */
  rewardBlend: z
    .array(z.strictObject({ reward: RewardKind, weight: z.number().min(-100).max(100) }))
    .max(8)
    .default([]),
  /** What the partner's strategist says each turn, where it is `fixed`. */
  partnerStrategy: z.string().max(200).default(''),
  /** Tokens of one reply of a chat server's model, the form around its words included; one that reasons needs more. */
  chatTokenLimit: z.int().min(16).max(8192).default(400),
  /** The paper judges at 0.7. */
  judgeTemperature: z.number().min(0).max(2).default(0.7),
  /** Whether a rule denies credit to turns that are empty, repeated, invalid or talk to the judge (`reward/judge/guard.ts`). */
  judgeGuard: z.enum(['on', 'off']).default('on'),
  /** What the first updates learn from instead of dialogues of their own; null: all of them play. */
  dialogues: DialogueLesson.nullable().default(null),
  /** For people: the checkpoint whose weights the run began with; null: those of its base model. */
  startedFrom: z.string().max(200).nullable().default(null),
});
export type RunConfig = z.infer<typeof RunConfig>;

/** What makes up the turn reward, with the weight of each part. */
export function rewardBlendOf({
  turnReward,
  rewardBlend,
}: Pick<RunConfig, 'turnReward' | 'rewardBlend'>): readonly RunConfig['rewardBlend'][number][] {
  return turnReward === 'blend' ? rewardBlend : [{ reward: turnReward, weight: 1 }];
}

/** Whether somebody's agent is another model than the one in training. */
export function callsAgentModel({
  agent,
  trainedSeats,
  partnerAgent,
}: Pick<RunConfig, 'agent' | 'trainedSeats' | 'partnerAgent'>): boolean {
  return agent === 'other-model' || (trainedSeats === 'alternate' && partnerAgent === 'other-model');
}

/** Defaults of every knob. */
export function defaultRunConfig(): RunConfig {
  return RunConfig.parse({});
}

/** The config of a saved run. What it was trained from is a fact of the run; a config from before the knob lacks it. */
export function withOwnModel(config: RunConfig, modelName: string): RunConfig {
  return isModelName(modelName) ? { ...config, model: modelName } : config;
}

import { NO_CHATS, type Chats } from '../agent/chat/chat.ts';
import { correlation } from '../base/correlation.ts';
import { AppError } from '../base/errors.ts';
import { Owner } from '../base/owner.ts';
import { RandomStream } from '../base/random.ts';
import type { Environment } from '../environment/environment.ts';
import type { Engine, Trainable } from '../policy/engine.ts';
import { loadFrozen, weightsOf } from '../policy/frozenWeights.ts';
import type { AnyCheckpoint } from '../policy/formats/huggingFace.ts';
import { runWriters, type Desk } from '../policy/generate.ts';
import { RewardKind, type RunConfig } from '../record/runConfig.ts';
import type { Split } from '../record/scenario.ts';
import { isJudgeReward } from '../reward/turnRewards.ts';
import { castOf } from './cast.ts';
import { withBeliefs } from './gather/beliefs.ts';
import { withWorths } from './gather/rolloutValue.ts';
import { judgeBatch } from './judging.ts';
import { contextCount, playBranches, type EpisodePlan, type PlayedEpisode, type Table } from './rollout.ts';
import { agreementOf, truthsOf, type RewardAgreement, type Valued } from './rewardAgreement.ts';
import { agentPlan, worldSeat, type SeatPlan } from './seatPlan.ts';

export interface RewardComparison {
  readonly environment: string;
  readonly episodes: number;
  readonly turns: number;
  /** Dialogues that were played on from before and after each turn. */
  readonly samples: number;
  /** Share of the turns that truly helped: they raised what was to be expected by at least `margin` points. */
  readonly helpfulShare: number;
  readonly margin: number;
  /** Correlation of the rollout values of two halves of the samples: how well the yardstick agrees with itself. */
  readonly reliability: number | null;
  readonly rewards: readonly RewardAgreement[];
}

export interface ComparisonPlan {
  readonly split: Split;
  readonly episodeCount: number;
  /** Even: half of them for each of two independent values. */
  readonly samples: number;
  /** Points that a turn must have brought to count as helpful. */
  readonly margin: number;
  readonly config: RunConfig;
}

interface Ports<State> {
  readonly environment: Environment<State>;
  readonly model: AnyCheckpoint;
  readonly engine: Engine;
  /** The strategist of both seats; null: the base. */
  readonly trained: Trainable | null;
  readonly chats?: Chats;
  readonly signal: AbortSignal;
}

/** Dialogues at once. */
const AT_ONCE = 32;

/**
 * Plays dialogues of a strategist with itself, works out what each turn truly changed by playing on from before and after
 * it, and says how far every kind of reward that can be given here agrees with that. Yields the share that is played.
 *
 * @throws AppError `rewards-unvalued`; the signal's reason
 */
export async function* compareRewards<State>(
  plan: ComparisonPlan,
  ports: Ports<State>,
): AsyncGenerator<number, RewardComparison> {
  const { environment, model, engine, trained, chats = NO_CHATS, signal } = ports;
  const { config } = plan;
  using resources = new Owner();
  const base = resources.own(await loadFrozen(engine, model));
  const parameters = trained ?? { kind: 'full' as const, parameters: await weightsOf(model) };
  const policy = resources.own(engine.createPolicy(base, parameters));
  const cast = castOf(environment, config, base, chats.agent);
  const own: SeatPlan<State> = {
    strategist: { kind: 'model', speaker: policy, temperature: config.strategistTemperature, isTrained: true },
    agent: agentPlan(cast, config.agent),
  };
  const seats = [own, worldSeat(environment) ?? own] as const;
  const { tokenizer, chatFormat } = model;
  const table: Table<State> = {
    environment,
    tokenizer,
    chatFormat,
    contextLength: model.config.contextLength,
    turnLimit: config.turnLimit || environment.turnLimit,
    strategyTokenLimit: config.strategyTokenLimit,
    actionTokenLimit: config.actionTokenLimit,
  };

  const slots = 2 * contextCount({ seats }); // the dialogue, and one that goes on from it
  const slotCount = Math.max(1, Math.min(AT_ONCE, plan.episodeCount) * slots);
  const decoder = resources.own(engine.createDecoder([policy, base], Math.min(slotCount, engine.slotLimit)));
  const scenarios = new RandomStream(config.seed, 'comparison').shuffled(environment.scenarios(plan.split));
  const halves = ['first', 'second'].map((name) => withWorths(table, Math.ceil(plan.samples / 2), name));
  const jobs = Array.from({ length: plan.episodeCount }, (_, index) => {
    const scenario = scenarios[index % scenarios.length];
    if (!scenario) throw new Error(`the ${plan.split} split is empty`);
    const coordinates = ['comparison', index];
    const episode: EpisodePlan<State> = { episodeId: `${index}`, scenario, seats, seed: config.seed, coordinates };
    return { slotCount: slots, start: (desk: Desk) => playValued(table, episode, halves, desk) };
  });
  const valued: Valued[] = [];
  let finishedCount = 0;
  for await (const { finished } of runWriters(decoder, jobs, signal)) {
    for (const { index, outcome } of finished) valued[index] = outcome;
    finishedCount += finished.length;
    if (finished.length > 0) yield finishedCount / plan.episodeCount;
  }

  const learner = resources.own(
    engine.createLearner(policy, Math.max(config.tokensPerMicroBatch, table.contextLength)),
  );
  const played = valued.map(({ episode }) => episode);
  if (played.some(hasUnknownWorth)) throw unvalued(environment.name);
  const believed = environment.goalStrategy ? await withBeliefs(config, table, learner, played, signal) : played;
  const kinds = RewardKind.options.filter(
    (kind) =>
      kind !== 'rollout-value' &&
      (kind !== 'information-gain' || environment.goalStrategy) &&
      (!isJudgeReward(kind) || chats.judge),
  );
  const rewards: RewardAgreement[] = [];
  const truths = truthsOf(valued, plan.margin);
  for (const kind of kinds) {
    const judge = isJudgeReward(kind) ? chats.judge : null;
    const judged = judge
      ? await judgedBy({ ...config, turnReward: kind }, environment, judge, believed, signal)
      : believed;
    rewards.push(agreementOf(kind, config.turnDiscount, judged, truths));
  }
  const halvesAgree = correlation(truths.map(({ first, second }) => ({ x: first, y: second })));
  return {
    environment: environment.name,
    episodes: valued.length,
    turns: truths.length,
    samples: plan.samples,
    helpfulShare: truths.filter(({ isHelpful }) => isHelpful).length / Math.max(1, truths.length),
    margin: plan.margin,
    reliability: halvesAgree,
    rewards,
  };
}

function* playValued<State>(
  table: Table<State>,
  plan: EpisodePlan<State>,
  [first, second]: readonly ReturnType<typeof withWorths<State>>[],
  desk: Desk,
) {
  let again: PlayedEpisode | null = null;
  const [episode] = yield* playBranches(
    table,
    plan,
    () => [],
    desk,
    {},
    function* (played, own, course) {
      again = second ? yield* second(played, own, course) : played;
      return first ? yield* first(played, own, course) : played;
    },
  );
  if (!episode || !again) throw new Error('playValued: the dialogue was not played');
  return { episode, again } satisfies Valued;
}

function hasUnknownWorth({ worths = [] }: PlayedEpisode): boolean {
  return worths.some((worth) => worth.includes(null));
}

function unvalued(environment: string): AppError {
  return new AppError('rewards-unvalued', {
    what: 'Nobody can tell what the turns of these dialogues changed.',
    why: `No rule of "${environment}" knows the points of some of the dialogues that were played on.`,
    fix: 'Compare rewards where goals are checked by rule: any other environment, or a pack whose scoring is checks.',
  });
}

async function judgedBy<State>(
  config: RunConfig,
  environment: Environment<State>,
  judge: NonNullable<Chats['judge']>,
  played: readonly PlayedEpisode[],
  signal: AbortSignal,
): Promise<readonly PlayedEpisode[]> {
  const judging = judgeBatch(config, environment, judge, played, signal);
  let step = await judging.next();
  while (!step.done) step = await judging.next();
  return step.value.episodes;
}

import { NO_CHATS } from '../agent/chat/chat.ts';
import { monotonicMs } from '../base/clock.ts';
import { Owner } from '../base/owner.ts';
import type { LearnerState } from '../policy/engine.ts';
import { loadFrozen } from '../policy/frozenWeights.ts';
import type { Evaluation } from '../record/evaluation.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import { judgeRewardOf } from '../reward/turnRewards.ts';
import type { ModelIdentity } from '../record/checkpoint.ts';
import { callsAgentModel, type RunConfig } from '../record/runConfig.ts';
import type { RunEvent } from '../record/runEvent.ts';
import { agentModelSeat, assertSameAgentModel, openAgentModel } from './agentModel.ts';
import { batchMetrics } from './batchMetrics.ts';
import { castOf } from './cast.ts';
import { usageOf, usageSinceThen } from './chatUsage.ts';
import { collectBatch, type CollectedBatch } from './collect.ts';
import { playEvaluation } from './evaluate.ts';
import { assertSeats } from './assertSeats.ts';
import { assertGatherable } from './gather/assertGatherable.ts';
import { wantsBeliefs, withBeliefs } from './gather/beliefs.ts';
import { rememberScenarios } from './gather/curriculum.ts';
import { assertSomeScored, judgeBatch, needsJudge, type JudgedBatch } from './judging.ts';
import { learnUpdate } from './learnUpdate.ts';
import { openLocalChat } from './localChat.ts';
import { trainableObjective } from './objective/trainable.ts';
import { assertRecallable } from './offline/assertRecallable.ts';
import { assertTeachable, lessonAt } from './offline/lessonConfig.ts';
import { recallUpdate } from './offline/recallUpdate.ts';
import { assertBegun } from './offline/startFrom.ts';
import { openPool } from './opponents.ts';
import { learningRateAt } from './optimizer.ts';
import type { PlayedEpisode, Table } from './rollout.ts';
import { withRulePoints } from './rulePoints.ts';
import { agentShape, runShape } from './runShape.ts';
import { agentModelMissing } from './seatPlan.ts';
import { rewardBatch, type RewardedBatch } from './sides.ts';
import type { TrainingNews, TrainingPorts, TrainingRun } from './train.ts';
import {
  assertSuits,
  INITIAL_STATE,
  initialParameters,
  learnerStateOf,
  stateOf,
  trainableOf,
  type TrainerState,
} from './trainerState.ts';
import { validationPlan } from './validation.ts';

/** The device's side of a run: what is open on it, and the update that uses it. */
export interface Session extends Disposable {
  /** Where the run begins or goes on. */
  readonly state: TrainerState;
  /** Who acts for seats whose agent is another model; null: no seat's is. */
  readonly agentModel: ModelIdentity | null;
  /** Waits until the device is ready; yields news of it. */
  prepare(): AsyncGenerator<RunEvent, void>;
  /** Parameters and moments as they are after the last complete update. */
  readLearner(): Promise<LearnerState>;
  /** Plays held-out scenarios with the weights as they are; yields the share that is done. Changes nothing. */
  validate(updatesDone: number, config: RunConfig): AsyncGenerator<number, Evaluation>;
  /**
   * The dialogues of an update with what every turn earned. Changes nothing: a lesson can be made of them.
   * @throws the signal's reason, and those of whoever is asked
   */
  rollOut(before: TrainerState, config: RunConfig): AsyncGenerator<TrainingNews, RolledOut>;
  /**
   * One update: a new state, or an exception, and nothing has changed.
   * @param config of the run, with the knobs that were turned meanwhile (`knobChange.ts`)
   */
  update(
    before: TrainerState,
    config: RunConfig,
  ): AsyncGenerator<TrainingNews, { next: TrainerState; metrics: Omit<UpdateMetrics, 'saveSeconds'> }>;
}

/** Dialogues that were played and rewarded, and nothing is learned yet. */
export interface RolledOut {
  readonly batch: CollectedBatch;
  readonly rewarded: RewardedBatch;
  /** null where nobody had to be asked. */
  readonly judged: JudgedBatch | null;
  readonly rolloutSeconds: number;
  readonly judgeSeconds: number;
  readonly believeSeconds: number;
}

/** Opens everything on the device. What was opened before a failure is freed. */
export async function openSession<State>(run: TrainingRun, ports: TrainingPorts<State>): Promise<Session> {
  const resources = new Owner();
  try {
    const session = await createSession(run, ports, resources);
    return { ...session, [Symbol.dispose]: () => resources[Symbol.dispose]() };
  } catch (thrown) {
    resources[Symbol.dispose]();
    throw thrown;
  }
}

async function createSession<State>(
  { config, resumeFrom }: TrainingRun,
  {
    environment,
    model,
    engine,
    control,
    adapter = null,
    agentModel: givenAgentModel = null,
    modelName,
    chats: given = NO_CHATS,
    askRule,
    dialogues = [],
    opponents,
  }: TrainingPorts<State>,
  resources: Owner,
): Promise<Omit<Session, typeof Symbol.dispose>> {
  const { signal } = control;
  assertGatherable(config, trainableObjective(config), environment); // refused before anything is opened or played
  assertSeats(config, given);
  assertTeachable(config);
  if (lessonAt(config, resumeFrom?.manifest.updatesDone ?? 0)) assertRecallable(config, dialogues, environment);
  assertBegun(config, resumeFrom);
  if (resumeFrom) assertSuits(resumeFrom, model.config);
  if (callsAgentModel(config) && !givenAgentModel) throw agentModelMissing();
  const agentPorts = callsAgentModel(config) ? givenAgentModel : null;
  const agentModel =
    agentPorts && resources.own(await openAgentModel(agentPorts, agentShape(config, agentPorts.engine)));
  assertSameAgentModel(resumeFrom?.manifest.agentModel, agentModel?.identity ?? null);
  const resumed = resumeFrom && learnerStateOf(resumeFrom);
  const parameters = resumed?.parameters ?? (await initialParameters(config, model, adapter));
  const { precision, slotCount, tokenLimit } = runShape(config, engine);
  const base = resources.own(await loadFrozen(engine, model, precision));
  const policy = resources.own(engine.createPolicy(base, trainableOf(config, parameters)));
  const pool = opponents && openPool(opponents, engine, base, resources);
  const decoder = resources.own(engine.createDecoder([policy, base, ...(pool?.speakers ?? [])], slotCount));
  const learner = resources.own(engine.createLearner(policy, tokenLimit));
  const isJudge = config.judge === 'model' && judgeRewardOf(config) !== null;
  const local = { modelName, model, speaker: base, decoder, seed: config.seed };
  const chats = isJudge ? { ...given, judge: openLocalChat(local) } : given;
  if (resumed) learner.writeState(resumed);
  const table: Table<State> = {
    environment,
    tokenizer: model.tokenizer,
    chatFormat: model.chatFormat,
    contextLength: model.config.contextLength,
    turnLimit: config.turnLimit || environment.turnLimit,
    strategyTokenLimit: config.strategyTokenLimit,
    actionTokenLimit: config.actionTokenLimit,
  };

  const castFor = (config: RunConfig) => {
    const acting = agentModel && agentModelSeat(environment, agentModel, config);
    return castOf(environment, config, base, chats.agent, chats.browser, acting);
  };

  async function* prepare(): AsyncGenerator<RunEvent, void> {
    for await (const share of engine.prepare()) {
      signal.throwIfAborted();
      yield { kind: 'engine.prepared', share };
    }
    // Engines share what is compiled: nothing is left for the second one but to say what has failed.
    for await (const share of agentPorts?.engine.prepare() ?? []) void share;
  }

  async function* update(before: TrainerState, config: RunConfig): ReturnType<Session['update']> {
    const lesson = lessonAt(config, before.updatesDone);
    if (!lesson) return yield* playUpdate(before, config);
    const workshop = { config, table, learner, hiddenSize: model.config.hiddenSize, signal };
    return yield* recallUpdate({ ...workshop, lesson, dialogues, policy, decoder }, before);
  }

  async function* rollOut(before: TrainerState, config: RunConfig): ReturnType<Session['rollOut']> {
    const cast = castFor(config);
    const updateIndex = before.updatesDone;
    const startedAt = monotonicMs();
    const objective = trainableObjective(config, updateIndex / config.updates);
    const opposite = pool && { opponents: pool.seatedIn(cast) };
    const setting = { config, objective, table, updateIndex, memory: before.memory, policy, cast, ...opposite };
    const collected = yield* collectBatch(setting, decoder, signal);
    const ruled = await withRulePoints(askRule, collected.episodes, signal);
    const collectedAt = monotonicMs();
    const judged = yield* judge(config, updateIndex, ruled);
    const judgedAt = monotonicMs();
    const batch = { ...collected, episodes: judged?.episodes ?? ruled };
    const believed = wantsBeliefs(config, objective)
      ? await withBeliefs(config, table, learner, batch.episodes, signal)
      : batch.episodes;
    const rewarded = rewardBatch(config, believed);
    return {
      batch,
      rewarded,
      judged,
      rolloutSeconds: (collectedAt - startedAt) / 1000,
      judgeSeconds: (judgedAt - collectedAt) / 1000,
      believeSeconds: (monotonicMs() - judgedAt) / 1000,
    };
  }

  async function* playUpdate(before: TrainerState, config: RunConfig): ReturnType<Session['update']> {
    const updateIndex = before.updatesDone;
    const usedBefore = usageOf(chats);
    const played = yield* rollOut(before, config);
    const { batch, rewarded, judged, rolloutSeconds, judgeSeconds, believeSeconds } = played;
    const workshop = { config, table, learner, hiddenSize: model.config.hiddenSize, signal };
    // Nothing is awaited between its last step and the new state: they are one.
    const { scored, learned, stats, measures, scoreSeconds } = yield* learnUpdate(workshop, before, rewarded);
    const metrics = batchMetrics(batch, scored, stats, {
      gradientNorm: stats.gradientNorm,
      learningRate: learningRateAt(config, updateIndex),
      rolloutSeconds,
      scoreSeconds: believeSeconds + scoreSeconds,
      updateSeconds: stats.seconds,
      ...(judged && { judge: judged.metrics, judgeSeconds }),
      ...usageSinceThen(chats, usedBefore),
    });
    const memory = rememberScenarios(config, scored.plan.memory, batch.episodes);
    const next = { updatesDone: updateIndex + 1, ...learned, memory, score: metrics.pointsTrained };
    return { next, metrics: measures ? { ...metrics, measures } : metrics };
  }

  /** null where nobody has to be asked. */
  async function* judge(
    config: RunConfig,
    updateIndex: number,
    played: readonly PlayedEpisode[],
  ): AsyncGenerator<RunEvent, JudgedBatch | null> {
    if (!chats.judge || !needsJudge(config, played)) {
      assertSomeScored(played);
      return null;
    }
    const judging = judgeBatch(config, environment, chats.judge, played, signal);
    let step = await judging.next();
    for (; !step.done; step = await judging.next()) {
      yield { kind: 'phase.progressed', updateIndex, phase: 'judge', share: step.value };
    }
    return step.value;
  }

  async function* validate(updatesDone: number, config: RunConfig): AsyncGenerator<number, Evaluation> {
    const cast = castFor(config);
    const plan = validationPlan(config, environment, updatesDone);
    const players = { cast, measured: policy, decoder };
    const { evaluation } = yield* playEvaluation(plan, { environment, model, signal, chats, askRule }, players);
    return evaluation;
  }

  const state = resumeFrom ? stateOf(resumeFrom) : INITIAL_STATE;
  return {
    state,
    agentModel: agentModel?.identity ?? null,
    prepare,
    readLearner: () => learner.readState(),
    validate,
    rollOut,
    update,
  };
}

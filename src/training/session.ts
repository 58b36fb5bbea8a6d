import { NO_CHATS } from '../agent/chat/chat.ts';
import { monotonicMs } from '../base/clock.ts';
import { Owner } from '../base/owner.ts';
import type { LearnerState } from '../policy/engine.ts';
import type { Evaluation } from '../record/evaluation.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import type { RunEvent } from '../record/runEvent.ts';
import { batchMetrics } from './batchMetrics.ts';
import { castOf } from './cast.ts';
import { usageOf, usageSinceThen } from './chatUsage.ts';
import { collectBatch } from './collect.ts';
import { playEvaluation } from './evaluate.ts';
import { assertSeats } from './assertSeats.ts';
import { assertGatherable } from './gather/assertGatherable.ts';
import { withBeliefs } from './gather/beliefs.ts';
import { rememberScenarios } from './gather/curriculum.ts';
import { assertSomeScored, judgeBatch, needsJudge, type JudgedBatch } from './judging.ts';
import { learnBatch, type LearningNews } from './learn.ts';
import { measureBatch } from './measure.ts';
import { needsOf } from './objective/needs.ts';
import { trainableObjective } from './objective/trainable.ts';
import { learningRateAt } from './optimizer.ts';
import { policyMeasures } from './policyMeasures.ts';
import type { PlayedEpisode, Table } from './rollout.ts';
import { runShape } from './runShape.ts';
import { scoreBatch } from './score.ts';
import { rewardBatch } from './sides.ts';
import { tracesOf } from './traces.ts';
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
import { zeroValueHead } from './valueHead.ts';

/** The device's side of a run: what is open on it, and the update that uses it. */
export interface Session extends Disposable {
  /** Where the run begins or goes on. */
  readonly state: TrainerState;
  /** Waits until the device is ready; yields news of it. */
  prepare(): AsyncGenerator<RunEvent, void>;
  /** Parameters and moments as they are after the last complete update. */
  readLearner(): Promise<LearnerState>;
  /** Plays held-out scenarios with the weights as they are; yields the share that is done. Changes nothing. */
  validate(updatesDone: number): AsyncGenerator<number, Evaluation>;
  /** One update: a new state, or an exception, and nothing has changed. */
  update(
    before: TrainerState,
  ): AsyncGenerator<TrainingNews, { next: TrainerState; metrics: Omit<UpdateMetrics, 'saveSeconds'> }>;
}

/** Opens everything on the device. What was opened before a failure is freed. */
export function openSession<State>(run: TrainingRun, ports: TrainingPorts<State>): Session {
  const resources = new Owner();
  try {
    const session = createSession(run, ports, resources);
    return { ...session, [Symbol.dispose]: () => resources[Symbol.dispose]() };
  } catch (thrown) {
    resources[Symbol.dispose]();
    throw thrown;
  }
}

function createSession<State>(
  { config, resumeFrom }: TrainingRun,
  { environment, model, engine, control, chats = NO_CHATS }: TrainingPorts<State>,
  resources: Owner,
): Omit<Session, typeof Symbol.dispose> {
  const { signal } = control;
  assertGatherable(config, trainableObjective(config), environment); // refused before anything is opened or played
  assertSeats(config, chats);
  if (resumeFrom) assertSuits(resumeFrom, model.config);
  const resumed = resumeFrom && learnerStateOf(resumeFrom);
  const parameters = resumed?.parameters ?? initialParameters(config, model.config, model.weights);
  const { precision, slotCount, tokenLimit } = runShape(config, engine);
  const base = resources.own(engine.loadWeights(model.weights, precision));
  const cast = castOf(environment, config, base, chats.agent);
  const policy = resources.own(engine.createPolicy(base, trainableOf(config, parameters)));
  const decoder = resources.own(engine.createDecoder([policy, base], slotCount));
  const learner = resources.own(engine.createLearner(policy, tokenLimit));
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

  async function* prepare(): AsyncGenerator<RunEvent, void> {
    for await (const share of engine.prepare()) {
      signal.throwIfAborted();
      yield { kind: 'engine.prepared', share };
    }
  }

  async function* update(before: TrainerState): ReturnType<Session['update']> {
    const updateIndex = before.updatesDone;
    const startedAt = monotonicMs();
    const objective = trainableObjective(config, updateIndex / config.updates);
    const setting = { config, objective, table, updateIndex, memory: before.memory, policy, cast };
    const usedBefore = usageOf(chats);
    const collected = yield* collectBatch(setting, decoder, signal);
    const collectedAt = monotonicMs();
    const judged = yield* judge(updateIndex, collected.episodes);
    const judgedAt = monotonicMs();
    const batch = judged ? { ...collected, episodes: judged.episodes } : collected;
    const rewarded = await withBeliefs(config, objective, table, learner, rewardBatch(config, batch.episodes), signal);
    const valueHead = needsOf(objective).has('values')
      ? (before.valueHead ?? zeroValueHead(model.config.hiddenSize))
      : null;
    const known = { valueHead, memory: before.memory };
    const measuring = measureBatch(config, objective, learner, rewarded.examples, known, signal);
    let share = await measuring.next();
    for (; !share.done; share = await measuring.next()) {
      yield { kind: 'phase.progressed', updateIndex, phase: 'score', share: share.value };
    }
    const scored = scoreBatch(config, rewarded, share.value, updateIndex, before.memory);
    yield { kind: 'episodes.scored', updateIndex, episodes: [...scored.episodes] };
    const scoredAt = monotonicMs();
    const isExact = config.agent === 'script'; // what the strategist writes is then all that it does
    const measures = isExact ? await policyMeasures(table, learner, config.strategistTemperature) : null;

    const told: LearningNews<TrainingNews> = {
      progressed: (share) => ({ kind: 'phase.progressed', updateIndex, phase: 'update', share }),
      measured: (tokenStats) => {
        const traces = tracesOf(scored, tokenStats, updateIndex);
        return { kind: 'batch.recorded', updateIndex, episodes: scored.episodes, traces };
      },
    };
    const { optimizerStep } = before;
    const steps = learnBatch(config, learner, scored, { optimizerStep, valueHead }, updateIndex, told, signal);
    // Nothing is awaited between its last step and the new state: they are one.
    const { stats, ...learned } = yield* steps;
    const metrics = batchMetrics(batch, scored, stats, {
      gradientNorm: stats.gradientNorm,
      learningRate: learningRateAt(config, updateIndex),
      rolloutSeconds: (collectedAt - startedAt) / 1000,
      scoreSeconds: (scoredAt - judgedAt) / 1000,
      updateSeconds: stats.seconds,
      ...(judged && { judge: judged.metrics, judgeSeconds: (judgedAt - collectedAt) / 1000 }),
      ...usageSinceThen(chats, usedBefore),
    });
    const memory = rememberScenarios(config, scored.plan.memory, batch.episodes);
    const next = { updatesDone: updateIndex + 1, ...learned, memory, score: metrics.pointsTrained };
    return { next, metrics: measures ? { ...metrics, measures } : metrics };
  }

  /** null where nobody has to be asked. */
  async function* judge(
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

  async function* validate(updatesDone: number): AsyncGenerator<number, Evaluation> {
    const plan = validationPlan(config, environment, updatesDone);
    const players = { cast, measured: policy, decoder };
    const { evaluation } = yield* playEvaluation(plan, { environment, model, signal, chats }, players);
    return evaluation;
  }

  const state = resumeFrom ? stateOf(resumeFrom) : INITIAL_STATE;
  return { state, prepare, readLearner: () => learner.readState(), validate, update };
}

import { environmentOf } from '../src/environment/registry.ts';
import type { Decoder, Engine } from '../src/policy/engine.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { EnvironmentName } from '../src/record/environmentName.ts';
import { EMPTY_MEMORY, type ObjectiveMemory } from '../src/record/objectiveMemory.ts';
import { RunConfig } from '../src/record/runConfig.ts';
import type { RunEvent } from '../src/record/runEvent.ts';
import { castOf } from '../src/training/cast.ts';
import { collectBatch, slotsNeeded, type CollectedBatch } from '../src/training/collect.ts';
import type { Setting } from '../src/training/gather/setting.ts';
import { objectiveOf } from '../src/training/objective/objectiveOf.ts';
import type { Objective } from '../src/training/objective/parts.ts';
import type { PlayedEpisode } from '../src/training/rollout.ts';
import { tinyModelFor } from './tinyModelFor.ts';
import { UnigramEngine } from './unigramEngine.ts';
import { TabularEngine, tabularModel, type Situation } from './tabularEngine.ts';

/** Two levers, one word per strategy, rules in place of the agent: four dialogues of each of three scenarios. */
export function leverConfig(changes: Partial<RunConfig> = {}): RunConfig {
  return RunConfig.parse({
    environment: 'two-arms',
    agent: 'script',
    episodesPerUpdate: 12,
    episodesPerScenario: 4,
    strategyTokenLimit: 1,
    tokensPerMicroBatch: 512,
    ...changes,
  });
}

/** Who draws and learns. */
export interface Stage {
  readonly model: LoadedCheckpoint;
  readonly engine: Engine;
}

/**
 * A model that pulls either lever with even odds; in its own turns that are `certain` (from 1) it all but always pulls the
 * red one, so that these are the turns of low entropy. What it has read before does not matter, and it writes one word.
 */
export async function leverStage(certain: readonly number[] = []): Promise<Stage> {
  const untrained = await tinyModelFor('two-arms', 1);
  const { tokenizer } = untrained;
  const idOf = (token: string) => tokenizer.tokenId(token) ?? NaN;
  const even = tabularModel(untrained, ['red', 'blue']);
  const weights = new Map(
    [...even.weights].map(([name, { shape, data }]) => {
      const [, V = 0] = shape;
      // Rows are given out as situations appear, and own turns appear in order.
      const isCertain = (index: number) => certain.includes(Math.floor(index / V) + 1) && index % V === idOf('red');
      return [name, { shape, data: data.map((logit, index) => (isCertain(index) ? 6 : logit)) }] as const;
    }),
  );
  const ownTurn: Situation = (tokenIds) => `${tokenIds.filter((id) => id === idOf('<turn>')).length}`;
  return { model: { ...even, weights }, engine: new TabularEngine(even.config, ownTurn) };
}

/** The same even odds in every turn, as a checkpoint of the usual shapes: a run of it can be saved and resumed. */
export async function savableLeverStage(): Promise<Stage> {
  const model = await tinyModelFor('two-arms', 1);
  const isLever = new Set(['red', 'blue'].map((lever) => model.tokenizer.tokenId(lever)));
  const weights = new Map(
    [...model.weights].map(([name, { shape, data }]) => {
      const columns = shape[1] ?? 1;
      const evened = data.map((_, index) => (isLever.has(Math.floor(index / columns)) ? 0.5 : -0.5));
      return [name, { shape, data: name === 'model.embed_tokens.weight' ? evened : data }] as const;
    }),
  );
  return { model: { ...model, weights }, engine: new UnigramEngine(model.config) };
}

export interface Gathering {
  readonly batch: CollectedBatch;
  readonly events: readonly RunEvent[];
}

export interface GatheringPlan {
  readonly config: RunConfig;
  readonly updateIndex?: number;
  readonly memory?: ObjectiveMemory;
  readonly objective?: Objective;
  readonly contextLength?: number;
  /** Watches or replaces the decoder. */
  readonly decoderOf?: (decoder: Decoder) => Decoder;
}

/** What an update would play. */
export async function gather(
  { model, engine }: Stage,
  {
    config,
    updateIndex = 0,
    memory = EMPTY_MEMORY,
    objective = objectiveOf(config),
    contextLength,
    decoderOf,
  }: GatheringPlan,
): Promise<Gathering> {
  const environment = environmentOf(config.environment as EnvironmentName);
  using base = engine.loadWeights(model.weights);
  using policy = engine.createPolicy(base, { kind: 'full', parameters: model.weights });
  using own = engine.createDecoder([policy, base], slotsNeeded(config));
  const setting: Setting<unknown> = {
    config,
    objective,
    updateIndex,
    memory,
    policy,
    cast: castOf(environment, config, base, null),
    table: {
      environment,
      tokenizer: model.tokenizer,
      chatFormat: model.chatFormat,
      contextLength: contextLength ?? model.config.contextLength,
      turnLimit: config.turnLimit || environment.turnLimit,
      strategyTokenLimit: config.strategyTokenLimit,
      actionTokenLimit: config.actionTokenLimit,
    },
  };
  const events: RunEvent[] = [];
  const playing = collectBatch(setting, decoderOf ? decoderOf(own) : own, new AbortController().signal);
  let step = await playing.next();
  for (; !step.done; step = await playing.next()) events.push(step.value);
  return { batch: step.value, events };
}

/** What was said and drawn: everything that a seed decides. */
export function transcriptsOf({ batch }: Gathering): unknown {
  return batch.episodes.map(({ episodeId, scenario, source, origin, stem, contexts, helps, turns }) => ({
    episodeId,
    scenario: scenario.id,
    source,
    origin,
    stem,
    contexts,
    helps,
    samples: turns.map(({ sample }) => sample),
  }));
}

/** Episodes by scenario, in order of appearance. */
export function byScenario(episodes: readonly PlayedEpisode[]): PlayedEpisode[][] {
  const ids = [...new Set(episodes.map(({ scenario }) => scenario.id))];
  return ids.map((id) => episodes.filter(({ scenario }) => scenario.id === id));
}

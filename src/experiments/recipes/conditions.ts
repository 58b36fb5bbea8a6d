import { RunConfig, type AgentKind } from '../../record/runConfig.ts';
import type { Cell, ExperimentOrder, Player, Training } from '../../record/experiment.ts';
import type { Split } from '../../record/scenario.ts';
import { trainingOf } from '../identity.ts';
import type { Known } from '../known.ts';
import type { Work } from '../parts.ts';
import type { Condition } from '../summarise.ts';

/** Saved so often within a training: what an interruption costs at most. */
const UPDATES_PER_CHECKPOINT = 5;
/** Evaluations have random numbers of their own, and all of them the same. */
export const BENCHMARK_SEED = 20_000;

type Knobs = Readonly<Partial<RunConfig>>;

/** The training of one seed under the order, with the recipe's knobs and above them those of the order. */
export function trainingFor(
  order: ExperimentOrder,
  { name, model, seed, knobs = {} }: { name: string; model: string; seed: number; knobs?: Knobs },
  origin: Training['origin'] = null,
  dialogues: Pick<Training, 'playedBy' | 'opponents'> = {},
): Training {
  const { environment, updates, episodesPerUpdate, servers } = order;
  const config = RunConfig.parse({
    environment,
    updates,
    episodesPerUpdate,
    episodesPerScenario: Math.min(4, episodesPerUpdate),
    updatesPerCheckpoint: UPDATES_PER_CHECKPOINT,
    ...knobs,
    ...runKnobsOf(order),
    servers,
    seed,
  });
  return trainingOf(name, model, config, origin, dialogues);
}

/** Knobs of the order that are a run's; the others are settings of the recipe. */
function runKnobsOf({ knobs }: ExperimentOrder): Readonly<Record<string, string | number>> {
  return Object.fromEntries(Object.entries(knobs).filter(([name]) => name in RunConfig.shape));
}

/** A setting of the recipe itself. */
export function settingOf({ knobs }: ExperimentOrder, name: string, fallback: number): number {
  const value = knobs[name];
  return typeof value === 'number' ? value : fallback;
}

/** The strategist of a training after so many updates: all of them, if nothing is said. */
export function trained({ runId, config }: Training, temperature = 1, updates = config.updates): Player {
  return { kind: 'trained', runId, updates, temperature };
}

export const base = (temperature = 1): Player => ({ kind: 'base', temperature });
export const NOBODY: Player = { kind: 'none' };
export const REACT: Player = { kind: 'react' };

interface Seating {
  readonly model?: string | undefined;
  readonly environment?: ExperimentOrder['environment'];
  readonly split?: Split;
  readonly partner?: Player;
  readonly agent?: AgentKind;
}

/** A player against another, the frozen base if nothing is said, on held-out scenarios. */
export function cellOf(order: ExperimentOrder, measured: Player, seating: Seating = {}): Cell {
  const config = RunConfig.parse(runKnobsOf(order));
  const { agent, agentTemperature, turnLimit, strategyTokenLimit, actionTokenLimit } = config;
  const players = [measured, seating.partner ?? base()];
  const isChatThere = (seating.agent ?? agent) === 'chat' || players.some(({ kind }) => kind === 'chat');
  return {
    model: seating.model ?? order.models[0] ?? '',
    environment: seating.environment ?? order.environment,
    split: seating.split ?? 'test',
    measured,
    partner: seating.partner ?? base(),
    agent: seating.agent ?? agent,
    agentTemperature,
    turnLimit,
    strategyTokenLimit,
    actionTokenLimit,
    seed: BENCHMARK_SEED,
    asked: askedIn(order, seating.environment ?? order.environment, isChatThere),
  };
}

/** The servers that have a say in the dialogues of a cell. */
function askedIn(
  { servers }: ExperimentOrder,
  environment: ExperimentOrder['environment'],
  isChatThere: boolean,
): string[] {
  const asked = [isChatThere ? servers.agent : null, environment === 'sotopia' ? servers.judge : null];
  return asked.flatMap((server) => (server ? [`${server.model}@${server.baseUrl}`] : []));
}

/** Cells that count as one: the seeds of a training. */
export interface Pool {
  readonly label: string;
  readonly cells: readonly Cell[];
  readonly episodes: number;
}

export function playing(pools: readonly Pool[]): Work[] {
  return pools.flatMap(({ cells, episodes }) => cells.map((cell): Work => ({ kind: 'play', cell, episodes })));
}

export function training(trainings: readonly Training[]): Work[] {
  return trainings.map((one): Work => ({ kind: 'train', training: one, updates: one.config.updates }));
}

/** The pools of which something is known, cells together. */
export function conditionsOf(pools: readonly Pool[], known: Known): Condition[] {
  return pools.flatMap(({ label, cells, episodes }) => {
    const results = cells.flatMap((cell) => known.episodes(cell, episodes) ?? []);
    return results.length === 0 ? [] : [{ label, results }];
  });
}

/** Each cell of a pool by itself, `trained, seed 2`; nothing where there is but one. */
export function seedConditionsOf(pools: readonly Pool[], seeds: readonly number[], known: Known): Condition[] {
  const single = pools.flatMap(({ label, cells, episodes }) =>
    cells.length < 2
      ? []
      : cells.map((cell, place) => ({ label: `${label}, seed ${seeds[place] ?? place}`, cells: [cell], episodes })),
  );
  return conditionsOf(single, known);
}

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { concatStatistics, readEpisodes } from '../../cli/objectiveEpisodes.ts';
import type { Trajectory } from '../../src/training/objective/batch.ts';
import { couplingOf, isCoupled } from '../../src/training/objective/coupling.ts';
import { lossOfPart, type LossAndCoefficients, type TokenStatistics } from '../../src/training/objective/lossOfPart.ts';
import { sourcesOf } from '../../src/training/objective/needs.ts';
import type { Objective } from '../../src/training/objective/parts.ts';
import { planBatch, type BatchPlan, type PlanContext } from '../../src/training/objective/planBatch.ts';

const fixture = (name: string): unknown => JSON.parse(readFileSync(`tests/fixtures/${name}.json`, 'utf8'));

const Golden = z.strictObject({
  loss: z.number(),
  logProb: z.array(z.number()).optional(),
  entropy: z.array(z.number()).optional(),
  klToBase: z.array(z.number()).optional(),
  klFromBase: z.array(z.number()).optional(),
});
const Formulas = z.strictObject({
  estimators: z.array(
    z.strictObject({
      name: z.enum(['k1', 'k2', 'k3']),
      isRatioWeighted: z.boolean(),
      logProb: z.number(),
      base: z.number(),
      value: z.number(),
      slope: z.number(),
    }),
  ),
  clips: z.array(
    z.strictObject({
      ratio: z.number(),
      advantage: z.number(),
      low: z.number(),
      high: z.number(),
      dual: z.number().nullable(),
      value: z.number(),
      slope: z.number(),
    }),
  ),
  gae: z.array(
    z.strictObject({
      discount: z.number(),
      lambda: z.number(),
      after: z.number(),
      rewards: z.array(z.number()),
      values: z.array(z.number()),
      advantages: z.array(z.number()),
    }),
  ),
  valueLoss: z.array(
    z.strictObject({
      clipRange: z.number().nullable(),
      values: z.array(z.number()),
      old: z.array(z.number()),
      targets: z.array(z.number()),
      loss: z.number(),
      gradient: z.array(z.number()),
    }),
  ),
  students: z.array(z.strictObject({ level: z.number(), degrees: z.number(), quantile: z.number() })),
});

/** What PyTorch says (`tools/golden/objective.py`). */
export const goldens = z
  .strictObject({
    presets: z.record(z.string(), Golden),
    parts: z.record(z.string(), Golden),
    formulas: Formulas,
  })
  .parse(fixture('objective'));
export type Golden = z.infer<typeof Golden>;

/** The random episodes that PyTorch and every test share. */
export const episodes = readEpisodes(fixture('objective-episodes'));
/** The file itself, for the command line. */
export const EPISODES_PATH = 'tests/fixtures/objective-episodes.json';

/** The part of the shared episodes that an objective learns from, planned. */
export interface Prepared {
  readonly objective: Objective;
  readonly context: PlanContext;
  readonly batch: readonly Trajectory[];
  readonly statistics: readonly TokenStatistics[];
  readonly plan: BatchPlan;
}

export function prepare(objective: Objective, changes: Partial<PlanContext> = {}): Prepared {
  const known = sourcesOf(objective);
  const used = episodes.batch.flatMap(({ source }, index) => (known.has(source) ? [index] : []));
  const batch = used.flatMap((index) => {
    const trajectory = episodes.batch[index];
    if (!trajectory) return [];
    const { fork } = trajectory;
    return [{ ...trajectory, fork: fork && { ...fork, parent: used.indexOf(fork.parent) } }];
  });
  const context = { ...episodes.context, ...changes };
  const statistics = used.flatMap((index) => episodes.statistics[index] ?? []);
  return { objective, context, batch, statistics, plan: planBatch(objective, batch, context) };
}

/** The loss of the whole batch in one part. */
export function wholeLoss({ objective, plan, statistics }: Omit<Prepared, 'context' | 'batch'>): LossAndCoefficients {
  const now = concatStatistics(statistics);
  const coupling = isCoupled(objective) ? { coupling: couplingOf(plan, now.logProbs) } : {};
  return lossOfPart(
    plan,
    statistics.map((_, index) => index),
    now,
    coupling,
  );
}

export function concat(parts: readonly TokenStatistics[]): TokenStatistics {
  return concatStatistics(parts);
}

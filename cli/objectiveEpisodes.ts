import { z } from 'zod';
import { AppError } from '../src/base/errors.ts';
import { EMPTY_MEMORY, ObjectiveMemory } from '../src/record/objectiveMemory.ts';
import { SeatIndex } from '../src/record/scenario.ts';
import { groupOf, SOURCES, type Trajectory } from '../src/training/objective/batch.ts';
import type { TokenStatistics } from '../src/training/objective/lossOfPart.ts';
import type { PlanContext } from '../src/training/objective/planBatch.ts';

const Numbers = z.array(z.number());

/** One own turn: its reward, and per token what is known of it. Absent lists are derived where they can be. */
const EpisodeTurn = z.strictObject({
  reward: z.number(),
  /** Log-probs under the weights that sampled. */
  sampled: Numbers,
  /** Under the weights that are being trained; absent: the same. */
  now: Numbers.optional(),
  base: Numbers.optional(),
  tempered: Numbers.optional(),
  proximal: Numbers.optional(),
  /** 1 where the token is trained on; absent: everywhere. */
  trained: z.array(z.literal([0, 1])).optional(),
  entropyAtSampling: Numbers.optional(),
  entropy: Numbers.optional(),
  klToBase: Numbers.optional(),
  klFromBase: Numbers.optional(),
  value: z.number().nullable().default(null),
  belief: z.number().nullable().default(null),
  situation: z
    .strictObject({ offerValue: z.number().nullable(), proposalValue: z.number().nullable(), turnsLeft: z.number() })
    .nullable()
    .default(null),
});
type EpisodeTurn = z.infer<typeof EpisodeTurn>;

const EpisodeSide = z.strictObject({
  seat: SeatIndex.default(0),
  scenario: z.string(),
  group: z.string().optional(),
  source: z.enum(SOURCES).default('policy'),
  /** Goal score, 0–1; absent: the sum of the rewards. */
  outcome: z.number().optional(),
  isCutOff: z.boolean().default(false),
  kind: z.string().nullable().default(null),
  fork: z
    .strictObject({ parent: z.int().min(0), sharedTurns: z.int().min(0) })
    .nullable()
    .default(null),
  turns: z.array(EpisodeTurn),
});
type EpisodeSide = z.infer<typeof EpisodeSide>;

/** The file of `parley weights`: episodes as an objective sees them, one side each. */
export const ObjectiveEpisodes = z.strictObject({
  discount: z.number().min(0).max(1).default(1),
  progress: z.number().min(0).max(1).default(0),
  tokenLimit: z.int().positive().default(100),
  memory: ObjectiveMemory.default(EMPTY_MEMORY),
  episodes: z.array(EpisodeSide).min(1),
});
export type ObjectiveEpisodes = z.infer<typeof ObjectiveEpisodes>;

export interface ReadEpisodes {
  readonly context: PlanContext;
  readonly batch: readonly Trajectory[];
  /** Of each trajectory's tokens, under the weights that are being trained. */
  readonly statistics: readonly TokenStatistics[];
}

/** @throws AppError `objective-episodes` that names the first thing that is wrong with the file */
export function readEpisodes(json: unknown): ReadEpisodes {
  const parsed = ObjectiveEpisodes.safeParse(json);
  if (!parsed.success) {
    throw new AppError('objective-episodes', {
      what: 'The episodes cannot be read.',
      why: z.prettifyError(parsed.error),
      fix: 'Give {"episodes": [{"scenario": "a", "turns": [{"reward": 1, "sampled": [-0.7]}]}]} and what else is known (cli/objectiveEpisodes.ts).',
    });
  }
  const { episodes, ...context } = parsed.data;
  return { context, batch: episodes.map(trajectoryOf), statistics: episodes.map(({ turns }) => statisticsOf(turns)) };
}

function trajectoryOf(side: EpisodeSide): Trajectory {
  const { turns } = side;
  return {
    seat: side.seat,
    scenario: side.scenario,
    group: side.group ?? groupOf(side),
    source: side.source,
    outcome: side.outcome ?? turns.reduce((sum, { reward }) => sum + reward, 0),
    isCutOff: side.isCutOff,
    kind: side.kind,
    fork: side.fork,
    turns: turns.map(({ reward, sampled, value, belief, situation }) => ({
      reward,
      tokenCount: sampled.length,
      value,
      belief,
      situation,
    })),
    tokens: {
      logProbs: turns.flatMap(({ sampled }) => sampled),
      entropies: turns.flatMap(
        ({ entropyAtSampling, entropy, sampled }) => entropyAtSampling ?? entropy ?? zeros(sampled),
      ),
      proximalLogProbs: allOrNone(turns, ({ proximal }) => proximal),
      baseLogProbs: allOrNone(turns, ({ base }) => base),
      temperedLogProbs: allOrNone(turns, ({ tempered }) => tempered),
      isTrained: allOrNone(turns, ({ trained }) => trained),
    },
  };
}

function statisticsOf(turns: readonly EpisodeTurn[]): TokenStatistics {
  return {
    logProbs: turns.flatMap(({ now, sampled }) => now ?? sampled),
    entropies: turns.flatMap(
      ({ entropy, entropyAtSampling, sampled }) => entropy ?? entropyAtSampling ?? zeros(sampled),
    ),
    klToBase: turns.flatMap(({ klToBase, sampled }) => klToBase ?? zeros(sampled)),
    klFromBase: turns.flatMap(({ klFromBase, sampled }) => klFromBase ?? zeros(sampled)),
  };
}

/** One list over all turns; null unless every turn has its own. */
function allOrNone(
  turns: readonly EpisodeTurn[],
  of: (turn: EpisodeTurn) => readonly number[] | undefined,
): number[] | null {
  return turns.every((turn) => of(turn) !== undefined) ? turns.flatMap((turn) => of(turn) ?? []) : null;
}

function zeros(values: readonly number[]): number[] {
  return values.map(() => 0);
}

/** The statistics of several trajectories, one after another. */
export function concatStatistics(parts: readonly TokenStatistics[]): TokenStatistics {
  const all = (of: (part: TokenStatistics) => ArrayLike<number>) => parts.flatMap((part) => Array.from(of(part)));
  return {
    logProbs: all(({ logProbs }) => logProbs),
    entropies: all(({ entropies }) => entropies),
    klToBase: all(({ klToBase }) => klToBase),
    klFromBase: all(({ klFromBase }) => klFromBase),
  };
}

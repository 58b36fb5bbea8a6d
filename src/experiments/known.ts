import type { Sample } from '../base/statistics.ts';
import type {
  Cell,
  CreditResult,
  EpisodeResult,
  Milestone,
  Player,
  TrainedWeights,
  Training,
  UpdatePoint,
} from '../record/experiment.ts';
import { cellIdOf } from './identity.ts';

/** What has come of an experiment so far. */
export interface Known {
  /** The first `count` episodes of the cell, in order; null until all are there. */
  episodes(cell: Cell, count: number): readonly EpisodeResult[] | null;
  milestone(runId: string, updates: number): Milestone | null;
  /** In order of updates. */
  updates(runId: string): readonly UpdatePoint[];
  credits(cell: Cell, count: number): readonly CreditResult[] | null;
}

/** Before anything is known. */
export const NOTHING_KNOWN: Known = {
  episodes: () => null,
  milestone: () => null,
  updates: () => [],
  credits: () => null,
};

/** What journals say, by cell and by run. */
export interface Records {
  readonly episodes: ReadonlyMap<string, readonly EpisodeResult[]>;
  readonly credits: ReadonlyMap<string, readonly CreditResult[]>;
  readonly updates: ReadonlyMap<string, readonly UpdatePoint[]>;
  readonly milestones: readonly Milestone[];
}

export function knownFrom({ episodes, credits, updates, milestones }: Records): Known {
  const whole = <Row extends { readonly index: number }>(rows: readonly Row[] | undefined, count: number) => {
    const first = firstOfEach(rows ?? [], ({ index }) => index).filter(({ index }) => index < count);
    return first.length === count ? first : null;
  };
  return {
    episodes: (cell, count) => whole(episodes.get(cellIdOf(cell)), count),
    credits: (cell, count) => whole(credits.get(cellIdOf(cell)), count),
    updates: (runId) => firstOfEach(updates.get(runId) ?? [], ({ updateIndex }) => updateIndex),
    milestone: (runId, done) =>
      milestones.find((milestone) => milestone.runId === runId && milestone.updates === done) ?? null,
  };
}

/** In ascending order; what was written again, because its process was killed in between, was the same. */
function firstOfEach<Row>(rows: readonly Row[], placeOf: (row: Row) => number): Row[] {
  const places = new Map<number, Row>();
  for (const row of rows) if (!places.has(placeOf(row))) places.set(placeOf(row), row);
  return [...places].sort(([one], [two]) => one - two).map(([, row]) => row);
}

/** Points as samples for statistics; episodes in which nobody knows them are left out. */
export function samplesOf(
  results: readonly EpisodeResult[],
  value: (result: EpisodeResult) => number | null = ({ points }) => points,
): Sample[] {
  return results.flatMap((result) => {
    const number = value(result);
    return number === null ? [] : [{ cluster: result.cluster, value: number }];
  });
}

type TrainedPlayer = Extract<Player, { kind: 'trained' }>;

/** Trainings whose weights play there. */
export function trainedPlayers(cell: Cell): TrainedPlayer[] {
  return [cell.measured, cell.partner].filter((player) => player.kind === 'trained');
}

/** Other trainings whose weights a training needs: to begin with, to play what it learns from, to sit opposite. */
export function neededTrainings({ origin, playedBy, opponents }: Training): TrainedWeights[] {
  const members = opponents?.members.flatMap(({ player }) => (player.kind === 'trained' ? [player] : [])) ?? [];
  return [origin, playedBy, ...members].flatMap((weights) => weights ?? []);
}

import { z } from 'zod';
import { Episode } from '../../record/episode.ts';
import { Rating } from '../../record/rating.ts';
import { SeatIndex } from '../../record/scenario.ts';
import type { Trace } from '../../record/trace.ts';
import type { LabDatabase } from '../database.ts';
import { listRatings } from '../ratings.ts';
import { listEpisodes, listEpisodeUpdates, listTraces } from '../history.ts';

/** A trace with plain arrays, one entry per token each; `src/record/trace.ts` says what each means. */
export const ExportedTrace = z.strictObject({
  seat: SeatIndex,
  policyVersion: z.int(),
  tokenIds: z.array(z.int()),
  sampledMask: z.array(z.union([z.literal(0), z.literal(1)])),
  ownTurnIndex: z.array(z.int()),
  logProbs: z.array(z.number()),
  entropies: z.array(z.number()),
  /** null: unknown, the dialogue was left out of the loss. */
  klToBase: z.array(z.number().nullable()),
  advantages: z.array(z.number()),
});
export type ExportedTrace = z.infer<typeof ExportedTrace>;

/**
 * One line of `episodes.jsonl`: an `Episode` (`src/record/episode.ts`: scenario, turns with strategy, utterance, reward
 * parts, return and advantage, outcome) and the token traces of its trained seats. Train on the ids where `sampledMask`
 * is 1; the texts are for people and never tokenised again.
 */
export const ExportedEpisode = Episode.extend({
  traces: z.array(ExportedTrace),
  /** What a person thought of its turns; absent where nobody said anything. */
  ratings: z.array(Rating).optional(),
});
export type ExportedEpisode = z.infer<typeof ExportedEpisode>;

/** One line of JSON, without its line break. */
export function episodeLine(episode: Episode, traces: readonly Trace[], ratings: readonly Rating[] = []): string {
  const exported: ExportedEpisode = {
    ...episode,
    traces: traces.map(exportedTrace),
    ...(ratings.length > 0 && { ratings: [...ratings] }),
  };
  return JSON.stringify(exported);
}

/** The run's saved episodes as JSONL, one update at a time, so that a long run never lies in memory whole. */
export async function* episodeLines(database: LabDatabase, runId: string): AsyncGenerator<string> {
  const ratings = await listRatings(database, runId);
  for (const updateIndex of await listEpisodeUpdates(database, runId)) {
    for (const episode of await listEpisodes(database, runId, updateIndex)) {
      const { episodeId } = episode;
      const own = ratings.filter((rating) => rating.episodeId === episodeId);
      yield `${episodeLine(episode, await listTraces(database, runId, episodeId), own)}\n`;
    }
  }
}

function exportedTrace(trace: Trace): ExportedTrace {
  return {
    seat: trace.seat,
    policyVersion: trace.policyVersion,
    tokenIds: Array.from(trace.tokenIds),
    sampledMask: Array.from(trace.sampledMask, (isSampled) => (isSampled ? 1 : 0)),
    ownTurnIndex: Array.from(trace.ownTurnIndex),
    logProbs: shortNumbers(trace.logProbs),
    entropies: shortNumbers(trace.entropies),
    klToBase: shortNumbers(trace.klToBase).map((value) => (Number.isNaN(value) ? null : value)),
    advantages: shortNumbers(trace.advantages),
  };
}

/** Nine significant digits give every float32 back exactly, in half the characters of the same number as a float64. */
function shortNumbers(values: Float32Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(9)));
}

import { RandomStream } from '../base/random.ts';
import type { RunEvent } from '../record/runEvent.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { Environment } from '../environment/environment.ts';
import type { Decoder, Speaker } from '../policy/engine.ts';
import { runWriters, type Desk } from '../policy/generate.ts';
import { contextCount, playEpisode, type EpisodePlan, type PlayedEpisode, type Table } from './rollout.ts';
import { agentPlan, isTrained, type SeatPlan, worldSeat } from './seatPlan.ts';
import { spokenTurn } from './score.ts';

export interface CollectedBatch {
  readonly episodes: readonly PlayedEpisode[];
  readonly tokensFed: number;
  readonly tokensSampled: number;
}

/** Dialogues of a batch whose text is streamed to the page while they happen. */
const STREAMED_EPISODES = 2;

/** Cache slots with which all dialogues of a batch are played at once. More would stay empty; with fewer, some wait. */
export function slotsNeeded({ episodesPerUpdate, trainedSeats, agent }: RunConfig): number {
  if (agent === 'script') return 2 * episodesPerUpdate;
  // The base speaks as agent for both seats. The policy has a context of its own wherever it is strategist; elsewhere the
  // base is, in the context that it has already.
  return (trainedSeats === 'both' ? 4 : 3) * episodesPerUpdate;
}

/** The dialogues of one update: which scenario, who sits where, and where their random numbers come from. */
export function planBatch<State>(
  config: RunConfig,
  environment: Environment<State>,
  updateIndex: number,
  policy: Speaker,
  base: Speaker,
): EpisodePlan<State>[] {
  const random = new RandomStream(config.seed, 'scenarios', updateIndex);
  const agent = agentPlan(environment, config, base);
  const temperature = config.strategistTemperature;
  const trained: SeatPlan<State> = {
    strategist: { kind: 'model', speaker: policy, temperature, isTrained: true },
    agent,
  };
  const frozen: SeatPlan<State> = {
    strategist: { kind: 'model', speaker: base, temperature, isTrained: false },
    agent,
  };
  const world = worldSeat(environment);
  // Counted through the whole run: with an odd number of groups, the same seat must not lead every batch.
  const groupsBefore = updateIndex * Math.ceil(config.episodesPerUpdate / config.episodesPerScenario);
  let scenario = environment.sampleScenario(random, 'train');
  return Array.from({ length: config.episodesPerUpdate }, (_, index) => {
    const group = groupsBefore + Math.floor(index / config.episodesPerScenario);
    if (index > 0 && index % config.episodesPerScenario === 0) scenario = environment.sampleScenario(random, 'train');
    const isBoth = config.trainedSeats === 'both';
    const partner = world ?? (isBoth ? trained : frozen);
    const seats: EpisodePlan<State>['seats'] = world || group % 2 === 0 ? [trained, partner] : [partner, trained];
    return {
      episodeId: `${updateIndex}-${index}`,
      scenario,
      seats,
      seed: config.seed,
      coordinates: [updateIndex, index],
    };
  });
}

/** Plays a batch; yields news of the streamed dialogues and of the progress. */
export async function* collectBatch<State>(
  table: Table<State>,
  plans: readonly EpisodePlan<State>[],
  updateIndex: number,
  decoder: Decoder,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, CollectedBatch> {
  const news: RunEvent[] = [];
  const jobs = plans.map((plan, index) => ({
    slotCount: contextCount(plan),
    start: (desk: Desk) =>
      playEpisode(table, plan, desk, index < STREAMED_EPISODES ? streamTo(news, plan, updateIndex) : {}),
  }));
  const episodes: PlayedEpisode[] = [];
  let finishedCount = 0;
  let tokensFed = 0;
  let tokensSampled = 0;
  for await (const report of runWriters(decoder, jobs, signal)) {
    tokensFed += report.tokensFed;
    tokensSampled += report.tokensDrawn;
    for (const { index, outcome } of report.finished) {
      episodes[index] = outcome;
      finishedCount += 1;
      if (index < STREAMED_EPISODES) news.push(ended(outcome));
    }
    if (report.finished.length > 0) news.push(progress(updateIndex, finishedCount / plans.length));
    yield* news.splice(0);
  }
  return { episodes, tokensFed, tokensSampled };
}

function progress(updateIndex: number, share: number): RunEvent {
  return { kind: 'phase.progressed', updateIndex, phase: 'rollout', share };
}

function ended({ episodeId, outcome }: PlayedEpisode): RunEvent {
  return { kind: 'episode.ended', episodeId, endReason: outcome.endReason, points: [...outcome.points] };
}

function streamTo<State>(news: RunEvent[], { episodeId, scenario, seats }: EpisodePlan<State>, updateIndex: number) {
  const trainedSeats = ([0, 1] as const).filter((seat) => isTrained(seats[seat]));
  news.push({ kind: 'episode.started', episodeId, updateIndex, scenario, trainedSeats });
  const tell =
    (role: 'strategist' | 'agent') =>
    (turnIndex: number, seat: 0 | 1, text: string): void => {
      news.push({ kind: 'turn.streamed', episodeId, turnIndex, seat, role, text });
    };
  return {
    onStrategy: tell('strategist'),
    onUtterance: tell('agent'),
    onTurn: (turn: PlayedEpisode['turns'][number]) => {
      news.push({ kind: 'turn.spoken', episodeId, turn: spokenTurn(turn) });
    },
  };
}

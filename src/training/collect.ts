import { RandomStream } from '../base/random.ts';
import type { RunEvent } from '../record/runEvent.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { Environment } from '../environment/environment.ts';
import type { Decoder } from '../policy/engine.ts';
import { runWriters } from '../policy/generate.ts';
import {
  isTrained,
  playEpisode,
  SlotCounter,
  type EpisodePlan,
  type PlayedEpisode,
  type SeatPlan,
  type Table,
} from './rollout.ts';
import { spokenTurn } from './score.ts';

export interface CollectedBatch {
  readonly episodes: readonly PlayedEpisode[];
  readonly tokensFed: number;
  readonly tokensSampled: number;
}

/** Dialogues of a batch whose text is streamed to the page while they happen. */
const STREAMED_EPISODES = 2;

/** Cache slots that a batch needs in the decoder of the policy, and in that of the base. */
export function slotsNeeded({ episodesPerUpdate, trainedSeats }: RunConfig): { policy: number; base: number } {
  // The base weights speak for every seat, in the same context also as strategist where that is not trained.
  return { policy: (trainedSeats === 'both' ? 2 : 1) * episodesPerUpdate, base: 2 * episodesPerUpdate };
}

/** The dialogues of one update: which scenario, who sits where, and where their random numbers come from. */
export function planBatch<State>(
  config: RunConfig,
  environment: Environment<State>,
  updateIndex: number,
  policy: Decoder,
  base: Decoder,
): EpisodePlan<State>[] {
  const random = new RandomStream(config.seed, 'scenarios', updateIndex);
  const agent = { kind: 'model', decoder: base, temperature: config.agentTemperature } as const;
  const temperature = config.strategistTemperature;
  const trained: SeatPlan<State> = {
    strategist: { kind: 'model', decoder: policy, temperature, isTrained: true },
    agent,
  };
  const frozen: SeatPlan<State> = {
    strategist: { kind: 'model', decoder: base, temperature, isTrained: false },
    agent,
  };
  // Counted through the whole run: with an odd number of groups, the same seat must not lead every batch.
  const groupsBefore = updateIndex * Math.ceil(config.episodesPerUpdate / config.episodesPerScenario);
  let scenario = environment.sampleScenario(random, 'train');
  return Array.from({ length: config.episodesPerUpdate }, (_, index) => {
    const group = groupsBefore + Math.floor(index / config.episodesPerScenario);
    if (index > 0 && index % config.episodesPerScenario === 0) scenario = environment.sampleScenario(random, 'train');
    const seats: EpisodePlan<State>['seats'] =
      config.trainedSeats === 'both' ? [trained, trained] : group % 2 === 0 ? [trained, frozen] : [frozen, trained];
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
  signal: AbortSignal,
): AsyncGenerator<RunEvent, CollectedBatch> {
  const slots = new SlotCounter();
  const news: RunEvent[] = [];
  const writers = plans.map((plan, index) =>
    playEpisode(table, plan, slots, index < STREAMED_EPISODES ? streamTo(news, plan, updateIndex) : {}),
  );
  const episodes: PlayedEpisode[] = [];
  let finishedCount = 0;
  let tokensFed = 0;
  let tokensSampled = 0;
  for await (const report of runWriters(writers, signal)) {
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

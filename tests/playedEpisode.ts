import type { DealAction, DealScenario } from '../src/environment/negotiation/schemas.ts';
import type { SeatIndex } from '../src/record/scenario.ts';
import type { ObjectiveMemory } from '../src/record/objectiveMemory.ts';
import type { RunConfig } from '../src/record/runConfig.ts';
import type { PlayedEpisode, PlayedTurn } from '../src/training/rollout.ts';
import { scoreBatch, type ScoredBatch } from '../src/training/score.ts';
import { rewardBatch } from '../src/training/sides.ts';

/** One turn of an episode that was written by hand. */
export interface WrittenTurn {
  readonly seat: SeatIndex;
  /** Token ids that were drawn; null without a strategist. */
  readonly sampled: readonly number[] | null;
  readonly isComplete?: boolean;
  readonly action?: DealAction;
  readonly offerValue?: number | null;
  /** Family of the strategy; null when it could not be read. */
  readonly family?: string | null;
}

/** Tokens that nobody sampled: the view, and what stands before and after each strategy. All are 0. */
export interface Padding {
  readonly view?: number;
  readonly before?: number;
  readonly after?: number;
}

/**
 * An episode as the roll-out leaves it, every token in its place. The nth token sampled in the episode has log-prob −n and
 * entropy n / 10 (n from 1), so that each can be found again.
 */
export function writeEpisode(
  about: Pick<PlayedEpisode, 'episodeId'> & {
    readonly points: readonly [number, number];
    readonly scenarioId?: string;
    readonly trainedSeats?: readonly SeatIndex[];
    readonly endReason?: PlayedEpisode['outcome']['endReason'];
    readonly isParetoOptimal?: boolean;
  },
  written: readonly WrittenTurn[],
  { view = 3, before = 1, after = 2 }: Padding = {},
): PlayedEpisode<DealScenario, DealAction> {
  const zeros = (count: number) => new Array<number>(count).fill(0);
  const contexts = [zeros(view), zeros(view)] as const;
  let count = 0;
  const turns = written.map((turn, turnIndex): PlayedTurn<DealAction> => {
    const { seat, sampled, isComplete = true, action = { kind: 'talk' }, offerValue = null, family = 'all' } = turn;
    const own = contexts[seat];
    own.push(...zeros(before));
    const firstIndex = own.length;
    const numbers = (sampled ?? []).map(() => (count += 1));
    own.push(...(sampled ?? []), ...zeros(after));
    contexts[seat === 0 ? 1 : 0].push(...zeros(after));
    return {
      turnIndex,
      seat,
      board: 'board',
      strategy: sampled && 'strategy',
      strategyReading: sampled && { family, isApplicable: family !== null, isFollowed: null },
      utterance: 'utterance',
      action,
      offerValue,
      proposalValue: null,
      isProposal: action.kind === 'propose' || action.kind === 'insist',
      turnsLeft: written.length - turnIndex,
      sample: sampled && {
        tokenIds: sampled,
        logProbs: numbers.map((number) => -number),
        entropies: numbers.map((number) => number / 10),
        isComplete,
        firstIndex,
      },
      utteranceIndex: null,
    };
  });
  const { episodeId, points, scenarioId = 's', trainedSeats = [0, 1], endReason = 'agreement' } = about;
  return {
    episodeId,
    scenario: {
      environment: 'deal-or-no-deal',
      id: scenarioId,
      canonicalId: scenarioId,
      split: 'train',
      counts: [2, 2, 3],
      values: [
        [3, 2, 0],
        [1, 1, 2],
      ],
    },
    outcome: { endReason, points, isParetoOptimal: about.isParetoOptimal ?? false },
    turns,
    source: 'policy',
    origin: null,
    stem: null,
    contexts: [contexts[0], contexts[1]],
    helps: [[], []],
    agentContexts: [null, null],
    trainedSeats,
  };
}

/** Rewards, advantages and weights of played episodes, for objectives that want nothing measured. */
export function scoreEpisodes(
  config: RunConfig,
  played: readonly PlayedEpisode[],
  updateIndex: number,
  memory: ObjectiveMemory,
): ScoredBatch {
  return scoreBatch(config, rewardBatch(config, played), null, updateIndex, memory);
}

import { bootstrapped, correlation, finding, rankCorrelation, type Finding, type Pair } from '../base/correlation.ts';
import { RandomStream } from '../base/random.ts';
import type { Interval } from '../base/statistics.ts';
import type { RewardKind } from '../record/runConfig.ts';
import type { TurnReward } from '../reward/turnRewards.ts';
import type { PlayedEpisode } from './rollout.ts';
import { isLearned, rewardsOfKind, type PlayedSide } from './sideRewards.ts';

/** How well a kind of reward agrees with the rollout value, turn by turn. */
export interface RewardAgreement extends Finding {
  readonly reward: RewardKind;
  /** With the rollout value, 95 % by bootstrap over scenarios; null where the reward never changes. */
  readonly correlation: Interval | null;
  readonly rankCorrelation: number | null;
  /** Share of the turns that it marks. */
  readonly markedShare: number;
}

/** A dialogue whose turns were valued twice. */
export interface Valued {
  readonly episode: PlayedEpisode;
  /** The same dialogue with values from other samples. */
  readonly again: PlayedEpisode;
}

/** What a turn truly changed, on the scale of rewards: by each half of the samples, and by both. */
export interface Truth extends PlayedSide {
  readonly ownTurn: number;
  readonly first: number;
  readonly second: number;
  readonly change: number;
  readonly isHelpful: boolean;
}

const POINTS_PER_REWARD = 10;

/** Of every turn that could be learned from. @param margin points */
export function truthsOf(valued: readonly Valued[], margin: number): Truth[] {
  return valued.flatMap(({ episode, again }) =>
    ([0, 1] as const).flatMap((seat) => {
      const side = { episode, seat };
      if (!isLearned(side)) return [];
      const [firsts, seconds] = [side, { episode: again, seat }].map((one) => rewardsOfKind('rollout-value', 1, one));
      return (firsts ?? []).map(({ reward: first }, ownTurn): Truth => {
        const second = seconds?.[ownTurn]?.reward ?? first;
        const change = (first + second) / 2;
        return { ...side, ownTurn, first, second, change, isHelpful: change * POINTS_PER_REWARD >= margin };
      });
    }),
  );
}

/** @param played the dialogues of `truths`, in their order, with whatever the reward needs */
export function agreementOf(
  kind: RewardKind,
  turnDiscount: number,
  played: readonly PlayedEpisode[],
  truths: readonly Truth[],
): RewardAgreement {
  const byId = new Map(played.map((episode) => [episode.episodeId, episode]));
  const cases = truths.flatMap((truth) => {
    const { episode, seat, ownTurn, change, isHelpful } = truth;
    const reward = rewardsOfKind(kind, turnDiscount, { episode: byId.get(episode.episodeId) ?? episode, seat })[
      ownTurn
    ];
    if (!reward) return [];
    const pair: Pair = { cluster: episode.scenario.canonicalId, x: reward.reward, y: change };
    return [{ pair, isMarked: isMarked(kind, reward), isTrue: isHelpful }];
  });
  const pairs = cases.map(({ pair }) => pair);
  return {
    reward: kind,
    correlation: bootstrapped(pairs, correlation, new RandomStream(1, 'bootstrap', kind)),
    rankCorrelation: rankCorrelation(pairs),
    markedShare: cases.filter((one) => one.isMarked).length / Math.max(1, cases.length),
    ...finding(cases),
  };
}

/** A judge that grades marks with five and more of ten; who selects marks what it selected; all others whatever they pay for. */
function isMarked(kind: RewardKind, { reward, rewardParts, isCritical }: TurnReward): boolean {
  if (kind === 'judge' || kind === 'critical-accepting' || kind === 'critical-progress') return isCritical;
  if (kind !== 'judge-graded') return reward > 0;
  return rewardParts.some(({ name, value }) => name === 'judge' && value >= 0.5);
}

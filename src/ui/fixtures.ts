import { RandomStream } from '../base/random.ts';
import type { Episode, Turn } from '../record/episode.ts';
import type { Evaluation, Interval } from '../record/evaluation.ts';
import type { UpdateMetrics } from '../record/metrics.ts';
import type { RunEvent } from '../record/runEvent.ts';
import type { DealScenario } from '../environment/negotiation/schemas.ts';
import type { SeatIndex } from '../record/scenario.ts';

/** Made-up news for tests of the page. Nothing in the app imports this file. */

export const SCENARIO: DealScenario = {
  environment: 'deal-or-no-deal',
  id: '3,2,1;1,3,1;2,1,2',
  canonicalId: '3,2,1;1,3,1;2,1,2',
  split: 'train',
  counts: [3, 2, 1],
  values: [
    [1, 3, 1],
    [2, 1, 2],
  ],
};

const LINES: readonly (readonly [strategy: string, utterance: string, reward: number])[] = [
  ['ask what they care about', 'well what do you care about ?', 0.06],
  ['show interest in the books', 'i really care about the books', -0.08],
  ['trade the books for the hats', 'you can have 3 books and i keep the rest', 0.41],
  ['hold firm', 'hmm i would like 3 books and 1 ball', 0.18],
  ['concede one ball', 'ok you can have 3 books and 1 ball and i keep the rest', 0.22],
  ['accept their offer', 'deal', 0.8],
];

export function fixtureTurns(count = LINES.length): Turn[] {
  return LINES.slice(0, count).map(([strategy, utterance, reward], turnIndex) => ({
    turnIndex,
    seat: (turnIndex % 2) as SeatIndex, // 0 or 1
    board: `${5 - (turnIndex >> 1)} none none`,
    strategy,
    strategyReading: { family: 'ask', isApplicable: true, isFollowed: true },
    utterance,
    action: { kind: 'talk' },
    offerValue: turnIndex < 2 ? null : 7,
    reward,
    rewardParts: [{ name: 'points at the end', value: reward }],
    returnToGo: reward + 0.4,
    advantage: reward - 0.1,
    isCritical: reward > 0.4,
  }));
}

export function fixtureEpisode(episodeId: string, updateIndex = 0): Episode {
  return {
    episodeId,
    updateIndex,
    scenario: SCENARIO,
    endReason: 'agreement',
    points: [6, 8],
    isParetoOptimal: true,
    trainedSeats: [0, 1],
    turns: fixtureTurns(),
  };
}

/** Curves of a run that learns. */
export function fixtureMetrics(updateIndex: number): UpdateMetrics {
  const random = new RandomStream(7, 'fixture', updateIndex);
  const learned = 1 - Math.exp(-updateIndex / 12);
  const noisy = (value: number, spread: number) => value + spread * (random.uniform() - 0.5);
  const points = 4.2 + 2.4 * learned;
  return {
    pointsSeat0: noisy(points, 0.5),
    pointsSeat1: noisy(points - 0.1, 0.5),
    pointsTrained: noisy(points, 0.3),
    agreementShare: 0.62 + 0.3 * learned,
    paretoShare: 0.55 + 0.3 * learned,
    readableShare: 0.99,
    applicableShare: 0.7 + 0.2 * learned,
    invalidActionShare: 0.01,
    truncatedStrategyShare: 0,
    turnsPerEpisode: 6.4,
    turnRewardMean: noisy(0.12 + 0.1 * learned, 0.03),
    returnMean: 0.5,
    baselineExplainedVariance: 0.2,
    loss: 0.01,
    entropy: noisy(1.9 - 0.8 * learned, 0.08),
    klToBase: noisy(0.34 * learned, 0.02),
    gradientNorm: Math.abs(noisy(0.6, 0.5)),
    learningRate: 1e-3,
    logProbDifferenceMax: 2e-6,
    ratioDeviationMax: 2e-6,
    zeroSpreadGroupShare: 0.1,
    tokensSampled: 9000,
    tokensFed: 14000,
    tokensTrained: 2600,
    tokensPerSecond: noisy(18400, 900),
    rolloutSeconds: noisy(2.4, 0.2),
    scoreSeconds: 0.1,
    updateSeconds: noisy(1.3, 0.2),
    saveSeconds: updateIndex % 5 === 4 ? 0.3 : 0.02,
  };
}

/** Of held-out scenarios, with the measured seat's points. */
export function fixtureEvaluation(points: Interval): Evaluation {
  return {
    label: 'after update 4',
    environment: 'deal-or-no-deal',
    split: 'validation',
    episodes: 64,
    scenarios: 48,
    seed: 1,
    strategist: 'trained',
    partner: 'self',
    temperature: 1,
    points,
    partnerPoints: points,
    agreementShare: { mean: 0.9, low: 0.8, high: 1 },
    paretoShare: null,
    speech: {
      turns: 400,
      legalShare: { mean: 1, low: 1, high: 1 },
      readableShare: null,
      applicableShare: null,
      followedShare: null,
      copiedShare: null,
      leakShare: null,
      followedByFamily: [],
      firstFamilyEntropy: 1.2,
      distinct2: 0.3,
    },
    turnsPerEpisode: 6,
    seconds: 3,
  };
}

/** One streamed dialogue up to `count` turns, the last of them still being written. */
export function dialogueEvents(episodeId: string, updateIndex: number, count: number): RunEvent[] {
  const turns = fixtureTurns(count);
  const events: RunEvent[] = [
    { kind: 'episode.started', episodeId, updateIndex, scenario: SCENARIO, trainedSeats: [0, 1] },
  ];
  for (const turn of turns) {
    const { turnIndex, seat, strategy, utterance } = turn;
    events.push({ kind: 'turn.streamed', episodeId, turnIndex, seat, role: 'strategist', text: strategy ?? '' });
    const isLast = turnIndex === count - 1;
    const text = isLast ? utterance.slice(0, -4) : utterance;
    events.push({ kind: 'turn.streamed', episodeId, turnIndex, seat, role: 'agent', text });
    if (!isLast) events.push({ kind: 'turn.spoken', episodeId, turn });
  }
  return events;
}

import { describe, expect, test } from 'vitest';
import { writeEpisode } from '../../tests/playedEpisode.ts';
import { wordGame } from '../../tests/wordGame.ts';
import type { DealAction, DealScenario } from '../environment/negotiation/schemas.ts';
import type { StrategyReading } from '../record/episode.ts';
import type { SeatIndex } from '../record/scenario.ts';
import { measureSpeech, type LeakRule, type Measured } from './speech.ts';

/** One turn of a dialogue; what is left out is dull. */
interface Line {
  readonly seat?: SeatIndex;
  readonly strategy?: string | null;
  /** Family, and whether it was carried out: null where that cannot be said. */
  readonly reading?: readonly [family: string | null, isFollowed: boolean | null];
  readonly utterance?: string;
  readonly action?: DealAction;
}

const TURN_LIMIT = 10;
/** In the word game the nth number of a state is what the nth turn said. */
const say = (count: number): DealAction => ({ kind: 'propose', share: [count, 0, 0] });

/** An episode of these lines, whose seat is measured. A strategy is read as its family says; without one there is no reading. */
function measured(cluster: string, seat: SeatIndex, lines: readonly Line[]): Measured<DealScenario, DealAction> {
  const turns = lines.map(({ seat: speaker = 0, action = { kind: 'talk' } }) => ({
    seat: speaker,
    sampled: null,
    action,
  }));
  const episode = writeEpisode({ episodeId: 'e', points: [0, 0], scenarioId: cluster }, turns);
  const spoken = episode.turns.map((turn, index) => {
    const { strategy = null, reading, utterance = 'well' } = lines[index] ?? {};
    const [family, isFollowed] = reading ?? [null, null];
    const strategyReading: StrategyReading | null =
      strategy === null ? null : { family, isApplicable: isFollowed !== null, isFollowed };
    return { ...turn, strategy, strategyReading, utterance };
  });
  return { episode: { ...episode, turns: spoken }, seat };
}

const speechOf = (
  episodes: readonly Measured<DealScenario, DealAction>[],
  isLeak: LeakRule<ReturnType<typeof wordGame.start>> | null = null,
) => measureSpeech(wordGame, TURN_LIMIT, episodes, isLeak);

const HALF_WIDTH = 1.959964; // standard errors in half of a 95 % interval

describe('shares', () => {
  test('are means over the measured seat’s turns, with intervals clustered by situation', () => {
    const { turns, legalShare } = speechOf([
      measured('a', 0, [{}, { seat: 1, action: { kind: 'invalid', reason: 'not measured' } }, {}]),
      measured('b', 1, [
        { action: { kind: 'invalid', reason: 'not measured' } },
        { seat: 1, action: { kind: 'invalid', reason: 'unclear' } },
      ]),
    ]);
    expect(turns).toBe(3);
    // 1, 1 | 0: mean 2/3; pulls ±2/9; se² = 2 · 2 · (2/9)² = (4/9)².
    expect(legalShare?.mean).toBeCloseTo(2 / 3, 12);
    expect(legalShare?.low).toBeCloseTo(2 / 3 - (HALF_WIDTH * 4) / 9, 9);
    expect(legalShare?.high).toBeCloseTo(2 / 3 + (HALF_WIDTH * 4) / 9, 9);
  });

  test('two episodes of one situation are one cluster, whose spread nobody knows', () => {
    const { legalShare } = speechOf([
      measured('a', 0, [{}]),
      measured('a', 0, [{ action: { kind: 'invalid', reason: 'unclear' } }]),
    ]);
    expect(legalShare).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });

  test('each is of the turns that it can be said of', () => {
    const speech = speechOf([
      measured('a', 0, [
        { strategy: 'hold firm', reading: ['hold', true] },
        { strategy: 'hold firm', reading: ['hold', false] },
        { strategy: 'ask them', reading: ['ask', true] },
        { strategy: 'say yes', reading: ['accept', null] }, // makes no sense here, so it cannot be followed
        { strategy: 'fly away', reading: [null, null] }, // in no language
        {}, // nobody had a strategy
      ]),
    ]);
    expect(speech.turns).toBe(6);
    expect(speech.readableShare?.mean).toBeCloseTo(4 / 5, 12);
    expect(speech.applicableShare?.mean).toBeCloseTo(3 / 5, 12);
    expect(speech.followedShare?.mean).toBeCloseTo(2 / 3, 12);
  });

  test('copied are strategies that name a number to be said as it stands, and no others', () => {
    const speech = speechOf([
      measured('a', 0, [
        { strategy: 'ask for 2 hats', reading: ['askFor', true] },
        { strategy: 'offer them 1 book', reading: ['offerThem', false] },
        { strategy: 'take 3 of 4 balls', reading: ['askFor', false] },
        { strategy: 'ask for 9 hats', reading: ['askFor', null] },
        { strategy: 'hold firm', reading: ['hold', true] },
        { strategy: 'ask them', reading: ['ask', true] },
        { strategy: 'take 1 more than last time', reading: ['raise', false] },
        { strategy: 'ask for 1 less', reading: ['concede', false] },
      ]),
    ]);
    expect(speech.copiedShare?.mean).toBeCloseTo(1 / 3, 12);
    expect(speech.followedShare?.mean).toBeCloseTo(3 / 7, 12);
    const { copiedShare } = speechOf([measured('a', 0, [{ strategy: 'hold firm', reading: ['hold', true] }])]);
    expect(copiedShare).toBeNull();
  });

  test('are null where there is nothing to count', () => {
    const nothing = {
      readableShare: null,
      applicableShare: null,
      followedShare: null,
      copiedShare: null,
      followedByFamily: [],
      firstFamilyEntropy: 0,
    };
    expect(speechOf([measured('a', 0, [{ utterance: 'well' }])])).toMatchObject({ turns: 1, ...nothing, distinct2: 0 });
    const silent = speechOf([measured('a', 1, [{ seat: 0 }])], () => true);
    expect(silent).toMatchObject({ turns: 0, legalShare: null, leakShare: null, ...nothing });
  });
});

describe('leaks', () => {
  const lines: readonly Line[] = [
    { action: say(1), strategy: 'hold firm', utterance: 'a is worth 3' },
    { seat: 1, action: say(2), utterance: 'not measured' },
    { action: { kind: 'invalid', reason: 'unclear' }, utterance: 'b' },
    { seat: 1, action: say(2), utterance: 'nor this' },
    { action: say(1), utterance: 'c' },
  ];

  test('the rule sees each measured turn in the state in which it was taken', () => {
    const seen: (readonly [readonly number[], number, string | null, string])[] = [];
    speechOf([measured('a', 0, lines)], (state, strategy, utterance) => {
      seen.push([state.counts, state.turnLimit, strategy, utterance]);
      return false;
    });
    expect(seen).toEqual([
      [[], TURN_LIMIT, 'hold firm', 'a is worth 3'],
      [[1, 2], TURN_LIMIT, null, 'b'],
      [[1, 2, 0, 2], TURN_LIMIT, null, 'c'],
    ]);
  });

  test('the share is of all measured turns, and null without a rule', () => {
    const { leakShare } = speechOf([measured('a', 0, lines)], (_state, _strategy, utterance) => utterance !== 'b');
    expect(leakShare?.mean).toBeCloseTo(2 / 3, 12);
    expect(speechOf([measured('a', 0, lines)]).leakShare).toBeNull();
  });
});

test('families are counted where following can be told, the most frequent first', () => {
  const { followedByFamily } = speechOf([
    measured('a', 0, [
      { strategy: 's', reading: ['ask', true] },
      { strategy: 's', reading: ['hold', true] },
      { strategy: 's', reading: ['hold', false] },
      { strategy: 's', reading: ['accept', null] },
    ]),
    measured('b', 1, [
      { seat: 0, strategy: 's', reading: ['ask', true] },
      { seat: 1, strategy: 's', reading: ['hold', true] },
    ]),
  ]);
  expect(followedByFamily).toEqual([
    { family: 'hold', turns: 3, followed: 2 },
    { family: 'ask', turns: 1, followed: 1 },
  ]);
});

test('the entropy is that of the families of first turns, in nats; one that cannot be read is a family', () => {
  const opening = (family: string | null, seat: SeatIndex = 0): Measured<DealScenario, DealAction> =>
    measured('a', seat, [
      ...(seat === 1 ? [{ strategy: 's', reading: ['not measured', true] } as const] : []),
      { seat, strategy: 's', reading: [family, true] },
      { seat, strategy: 's', reading: ['later', true] },
    ]);
  // 1/2, 1/4, 1/4
  const { firstFamilyEntropy } = speechOf([opening('ask'), opening('ask', 1), opening('all'), opening(null)]);
  expect(firstFamilyEntropy).toBeCloseTo(1.5 * Math.LN2, 12);
  expect(speechOf([opening('ask'), opening('ask', 1)]).firstFamilyEntropy).toBe(0);
  // An episode that opens without a strategy says nothing about them.
  expect(speechOf([opening('ask'), opening('all'), measured('a', 0, [{}])]).firstFamilyEntropy).toBeCloseTo(
    Math.LN2,
    12,
  );
});

test('distinct-2 counts different pairs of neighbours, within utterances, case aside', () => {
  const spoken = (...utterances: string[]) =>
    speechOf([measured('a', 0, [...utterances.map((utterance) => ({ utterance })), { seat: 1, utterance: 'x y z' }])]);
  expect(spoken('a b a b', 'A b').distinct2).toBe(2 / 4); // a b, b a, a b; a b
  expect(spoken('I take two hats', 'you take  two hats').distinct2).toBe(4 / 6); // spaces do not matter
  expect(spoken('one', 'two').distinct2).toBe(0); // no neighbours
});

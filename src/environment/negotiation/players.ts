import type { RandomStream } from '../../base/random.ts';
import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { TemperamentName } from '../../record/temperament.ts';
import type { Player } from '../lessons.ts';
import { tableFor } from './dealOrNoDeal.ts';
import { allocations, worth } from './division.ts';
import type { Kind, StrategyFamily } from './language.ts';
import { guessValues, leftToPartner } from './partnerGuess.ts';
import { actionsOf, turnsLeft } from './state.ts';
import type { NegotiationState } from './state.ts';
import { everyStrategy, strategyTarget } from './strategies.ts';
import type { AdvisedTable } from './strategies.ts';
import { namesAmounts, STRATEGY_FAMILIES } from './strategyText.ts';
import type { Strategy } from './strategyText.ts';
import { chooseWords } from './smallWords.ts';
import { drawTemperament, temperamentCalled, temperamentName } from './temperaments.ts';
import type { MIXTURES, Temperament } from './temperaments.ts';
import type { DealAction, DealScenario, Triple } from './schemas.ts';

/** The table as a player sees it, and what it makes of it. */
export interface Situation {
  readonly who: Temperament;
  readonly table: AdvisedTable;
  /** What the player believes its items to be worth: a confused one mixes them up. */
  readonly values: Triple;
  readonly guess: Triple;
  readonly aspiration: number;
  readonly ownTurnsLeft: number;
  readonly isFirstTurn: boolean;
  /** What the partner did last. */
  readonly heard: DealAction | null;
}

const AMOUNT_FAMILIES = STRATEGY_FAMILIES.filter(namesAmounts);
/** So that somebody who does anything at all accepts about every tenth time, not once in fifty like any other whim. */
const ACCEPTING_AT_RANDOM = 12;
/** Shares that come to mind at a time. */
const SHARES_CONSIDERED = 12;

/** A rule-made negotiator. Sees its own values, the proposals and what was said; what the partner values is a guess. */
export function createNegotiator(
  mixture: keyof typeof MIXTURES,
  scenario: DealScenario,
  seat: SeatIndex,
  random: RandomStream,
): Player<NegotiationState, Strategy> {
  return playerOf(drawTemperament(mixture, random), scenario, seat, random);
}

/** Somebody of known temperament. @param random in what a confused one is mistaken */
export function playerNamed(
  name: TemperamentName,
  scenario: DealScenario,
  seat: SeatIndex,
  random: RandomStream,
): Player<NegotiationState, Strategy> {
  return playerOf(temperamentCalled(name), scenario, seat, random);
}

function playerOf(
  who: Temperament,
  scenario: DealScenario,
  seat: SeatIndex,
  random: RandomStream,
): Player<NegotiationState, Strategy> {
  const values = believedValues(who, scenario.values[seat], random);
  return {
    temperament: temperamentName(who),
    chooseStrategy: (state, stream) => chooseStrategy(situationOf(who, values, state, seat), stream),
  };
}

function believedValues({ aim }: Temperament, values: Triple, random: RandomStream): Triple {
  const [first, second, third] = random.shuffled(values);
  return aim === 'confused' ? [first ?? 0, second ?? 0, third ?? 0] : values;
}

function situationOf(who: Temperament, values: Triple, state: NegotiationState, seat: SeatIndex): Situation {
  const partnerActions = actionsOf(state, otherSeat(seat));
  const ownTurnsLeft = turnsLeft(state, seat);
  const ownTurns = Math.ceil((state.turnLimit - seat) / 2);
  const progress = ownTurns > 1 ? ((ownTurnsLeft - 1) / (ownTurns - 1)) ** who.patience : 0;
  return {
    who,
    table: tableFor(state),
    values,
    guess: guessValues(partnerActions, state.scenario.counts),
    aspiration: who.lastAspiration + (who.firstAspiration - who.lastAspiration) * progress,
    ownTurnsLeft,
    isFirstTurn: ownTurnsLeft === ownTurns,
    heard: partnerActions.at(-1) ?? null,
  };
}

/** Scores what comes to mind and takes the best after Gumbel noise. */
function chooseStrategy(situation: Situation, random: RandomStream): Strategy {
  const { who, table } = situation;
  const noisy = (score: number) => score - who.noise * Math.log(-Math.log(random.uniform()));
  let best: Strategy = { family: 'even', items: [] };
  let bestScore = -Infinity;
  const consider = (strategy: Strategy, score: number) => {
    if (score > bestScore) [best, bestScore] = [strategy, score];
  };
  for (const strategy of comingToMind(table.counts, random)) {
    const target = strategyTarget(strategy, table);
    if (target.kind === 'share') {
      consider(strategy, noisy(scoreOfShare(target.share, situation) + liking(strategy.family, situation)));
    }
  }
  if (table.offer) consider({ family: 'accept', items: [] }, noisy(scoreOfAccepting(table.offer, situation)));
  const words = chooseWords(situation, random);
  const mood = random.uniform() < who.talkativeness ? 2.5 : 0;
  consider(words, noisy(mood - 0.2 - (situation.ownTurnsLeft <= 2 ? 1 : 0)));
  return best;
}

/** Every strategy about items, and a few exact shares in each of the families that name amounts. */
function comingToMind(counts: Triple, random: RandomStream): readonly Strategy[] {
  const shares = random.shuffled(allocations(counts).filter((share) => worth([1, 1, 1], share) > 0));
  const amounts = shares.slice(0, SHARES_CONSIDERED);
  return [
    ...everyStrategy(counts).filter(({ family, items }) => !namesAmounts(family) && !isSaidTwice(family, items)),
    ...amounts.map((share, index): Strategy => {
      const family = AMOUNT_FAMILIES[index % AMOUNT_FAMILIES.length] ?? 'askFor';
      return { family, items: [], amounts: share };
    }),
  ];
}

/** To keep the hats and the books is to keep the books and the hats. */
function isSaidTwice(family: StrategyFamily, [first, second]: readonly Kind[]): boolean {
  return family === 'keepTwo' && first !== undefined && second !== undefined && first > second;
}

function scoreOfShare(share: Triple, { who, table: { counts }, values, guess, aspiration }: Situation): number {
  const value = worth(values, share);
  const left = leftToPartner(share, counts, guess);
  const asWanted = -1.5 * Math.max(0, aspiration - value) - 0.35 * Math.max(0, value - aspiration);
  switch (who.aim) {
    case 'fair':
      return 0.15 * (value * left - bestProduct(counts, values, guess));
    case 'logroll':
      return -1.5 * Math.max(0, aspiration - value) + 0.8 * left - 4;
    default:
      return asWanted + 0.1 * left;
  }
}

/** The largest product of own points and the partner's guessed points. */
function bestProduct(counts: Triple, values: Triple, guess: Triple): number {
  return Math.max(...allocations(counts).map((share) => worth(values, share) * leftToPartner(share, counts, guess)));
}

function scoreOfAccepting(offer: Triple, { who, values, aspiration, ownTurnsLeft }: Situation): number {
  const value = worth(values, offer);
  if (who.aim === 'random') return ACCEPTING_AT_RANDOM;
  if (ownTurnsLeft === 1) return value >= who.leastAcceptable ? 6 : -4;
  return value >= aspiration - 0.3 ? 4 : -1.5 * (aspiration - value);
}

/** What a player would rather say, among ways to ask for the same. */
function liking(family: StrategyFamily, { who, ownTurnsLeft }: Situation): number {
  switch (family) {
    case 'hold':
      return who.stubbornness;
    case 'finalOffer':
      return who.stubbornness + (who.manner === 'rude' ? 1 : 0) - (ownTurnsLeft > 2 ? 2 : 0);
    case 'concede':
    case 'trade':
    case 'give':
      return 0.4;
    case 'askFirmly':
      return who.manner === 'rude' ? 2 : 0;
    case 'askPolitely':
      return who.manner === 'chatty' ? 2 : who.manner === 'rude' ? -2 : 0;
    default:
      return 0;
  }
}

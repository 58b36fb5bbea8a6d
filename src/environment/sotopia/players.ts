import type { RandomStream } from '../../base/random.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Player } from '../lessons.ts';
import { LEAVE, readUtterance } from './action.ts';
import { pointsNow } from './outcome.ts';
import type { SotopiaState } from './state.ts';
import { movingSeat } from './state.ts';
import { fittingStrategies, utteranceFor } from './strategies.ts';
import type { SotopiaStrategy } from './strategies.ts';
import { hear, settledIn } from './terms.ts';
import { offersTo } from './talk.ts';

/** Own points that an offer must bring on top of what is sure already, at the first turn and at the last. */
const TEMPERS = {
  tough: [5, 3],
  fair: [4, 2],
  easy: [2, 1],
} as const;
/** How often a player just talks where it could act, and how often it does anything at all. */
const CHATTER = 0.15;
const CONFUSION = 0.05;

/** A family that applies, each equally likely; then what it names. */
export function drawFitting(state: SotopiaState, random: RandomStream): SotopiaStrategy {
  const fitting = fittingStrategies(state);
  const family = random.pick([...new Set(fitting.map((strategy) => strategy.family))]);
  return random.pick(fitting.filter((strategy) => strategy.family === family));
}

/** Takes what is worth enough to it, asks for what is worth most, and less so as time runs out. Knows its own checks only. */
export function createPlayer(seat: SeatIndex, random: RandomStream): Player<SotopiaState, SotopiaStrategy> {
  const temperament = random.pick(Object.keys(TEMPERS) as (keyof typeof TEMPERS)[]); // keys of the literal above
  const [atFirst, atLast] = TEMPERS[temperament];
  return {
    temperament,
    chooseStrategy(state, stream) {
      if (stream.uniform() < CONFUSION) return drawFitting(state, stream);
      if (stream.uniform() < CHATTER) return { family: stream.pick(['ask', 'chat'] as const) };
      const patience = state.actions.length / state.turnLimit;
      return chooseSensibly(state, seat, atFirst + (atLast - atFirst) * patience, stream);
    },
  };
}

function chooseSensibly(state: SotopiaState, seat: SeatIndex, enough: number, random: RandomStream): SotopiaStrategy {
  const now = pointsNow(state)[seat];
  const offered = offersTo(state, seat);
  if (offered.size > 0) {
    const taken = pointsNow(state, { ...settledIn(state.terms), ...Object.fromEntries(offered) })[seat];
    if (taken - now >= enough) return { family: 'accept' };
    if (taken < now && random.uniform() < 0.5) return { family: 'refuse' };
  }
  const isDone = Object.values(state.terms).every((term) => term.kind === 'settled');
  if (isDone && pointsAfter(state, seat, LEAVE) >= now && random.uniform() < 0.7) return { family: 'leave' };
  const useful = fittingStrategies(state).filter(
    (strategy) => (strategy.family === 'propose' && !isDone) || strategy.family === 'tell',
  );
  const gains = useful.map((strategy) => ({ strategy, gain: worthOf(strategy, state, seat, random) - now }));
  const best = gains.filter(({ gain }) => gain > 0 && gain >= enough - 1);
  return best.length > 0 ? random.pick(best).strategy : { family: random.pick(['ask', 'chat'] as const) };
}

/** Own points when the strategy is carried out and, where it proposes something, the other agrees. */
function worthOf(strategy: SotopiaStrategy, state: SotopiaState, seat: SeatIndex, random: RandomStream): number {
  return pointsAfter(state, seat, utteranceFor(strategy, state, random));
}

function pointsAfter(state: SotopiaState, seat: SeatIndex, utterance: string): number {
  const action = readUtterance(utterance);
  const { issues } = state.scenario;
  const terms = action.kind === 'speak' ? hear(state.terms, issues, movingSeat(state), action.text) : state.terms;
  const taken = Object.fromEntries(
    Object.entries(terms).map(([name, term]) => [name, term.kind === 'open' ? null : term.value]),
  );
  return pointsNow({ ...state, actions: [...state.actions, action], terms }, taken)[seat];
}

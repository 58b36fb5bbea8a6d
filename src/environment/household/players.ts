import type { RandomStream } from '../../base/random.ts';
import type { Player } from '../lessons.ts';
import { expertStrategy } from './expert.ts';
import { knownLamp, placedCount, preparationLeft } from './house.ts';
import type { HouseholdState } from './house.ts';
import type { StrategyFamily } from './language.ts';
import { kindOf } from './rooms.ts';
import { isOpen } from './state.ts';
import { fittingStrategies, strategy } from './strategies.ts';
import type { Strategy } from './strategies.ts';

type Choose = (state: HouseholdState, random: RandomStream) => Strategy;

/** Each kind of player with its share; a maker, because some remember what they once noticed. */
const TEMPERAMENTS: readonly (readonly [name: string, share: number, create: () => Choose])[] = [
  ['expert', 0.36, () => expertStrategy],
  ['forgetful', 0.2, forgetful],
  ['wanderer', 0.18, () => wander],
  ['hasty', 0.16, () => hurry],
  ['erratic', 0.1, () => actErratically],
];

export const TEMPERAMENT_NAMES: readonly string[] = TEMPERAMENTS.map(([name]) => name);

export function createPlayer(random: RandomStream): Player<HouseholdState, Strategy> {
  let left = random.uniform();
  for (const [name, share] of TEMPERAMENTS) {
    left -= share;
    if (left < 0) return createPlayerOf(name);
  }
  return createPlayerOf('expert');
}

export function createPlayerOf(temperament: string): Player<HouseholdState, Strategy> {
  const found = TEMPERAMENTS.find(([name]) => name === temperament);
  if (!found) throw new RangeError(`createPlayerOf: there is no ${temperament} player`);
  return { temperament, chooseStrategy: found[2]() };
}

/** A fitting strategy: a family first, each equally likely, then one of its kind. */
export function drawFitting(
  state: HouseholdState,
  random: RandomStream,
  families?: readonly StrategyFamily[],
): Strategy | null {
  const fitting = fittingStrategies(state).filter(({ family }) => families?.includes(family) ?? true);
  if (fitting.length === 0) return null;
  const family = random.pick([...new Set(fitting.map((candidate) => candidate.family))]);
  return random.pick(fitting.filter((candidate) => candidate.family === family));
}

/** Leaves out the washing, the cooking, the second thing or the lamp, and seldom notices. */
function forgetful(): Choose {
  let hasRemembered = false;
  return (state, random) => {
    if (hasRemembered || !isForgettable(state)) return expertStrategy(state);
    if (random.uniform() < 0.12) {
      hasRemembered = true;
      return expertStrategy(state);
    }
    return carryOnWithout(state, random);
  };
}

/** Whether the next thing to do is one that slips one's mind. */
function isForgettable(state: HouseholdState): boolean {
  const { held, scenario, moved } = state;
  switch (scenario.family) {
    case 'clean':
    case 'heat':
    case 'cool':
      return (
        (held !== null && kindOf(held) === scenario.kind && preparationLeft(state, held) !== null) || moved.length > 0
      );
    case 'two':
      return placedCount(state) === 1;
    case 'look':
      return held !== null && knownLamp(state) !== null;
    case 'place':
      return false;
  }
}

function carryOnWithout(state: HouseholdState, random: RandomStream): Strategy {
  const { at, held, scenario } = state;
  if (held === null || scenario.family === 'look') {
    return drawFitting(state, random, ['look', 'inventory', 'elsewhere', 'close']) ?? expertStrategy(state);
  }
  if (at === null || kindOf(at) !== scenario.target) {
    const goal = scenario.places.find((place) => kindOf(place) === scenario.target);
    return goal === undefined ? expertStrategy(state) : strategy('bring', held, goal);
  }
  return isOpen(state, at) ? strategy('put', held, at) : strategy('check', null, at);
}

/** Goes where the feet go. */
function wander(state: HouseholdState, random: RandomStream): Strategy {
  const isStraying = random.uniform() < 0.6;
  const strayed = isStraying ? drawFitting(state, random, ['search', 'elsewhere', 'look']) : null;
  return strayed ?? expertStrategy(state);
}

/** Takes the first thing at hand, opens nothing, puts things down anywhere. */
function hurry(state: HouseholdState, random: RandomStream): Strategy {
  const { at, held } = state;
  const rash = random.uniform() < 0.45;
  if (!rash) return expertStrategy(state);
  const isHere = at !== null && isOpen(state, at);
  if (held !== null && isHere) return strategy('put', held, at);
  const families: StrategyFamily[] = isHere ? ['take'] : ['search', 'elsewhere', 'bring'];
  return drawFitting(state, random, families) ?? expertStrategy(state);
}

/** Half of the time does anything at all. */
function actErratically(state: HouseholdState, random: RandomStream): Strategy {
  const anything = random.uniform() < 0.5 ? drawFitting(state, random) : null;
  return anything ?? expertStrategy(state);
}

import type { RandomStream } from '../../base/random.ts';
import type { Lessons } from '../lessons.ts';
import type { HouseholdAction, HouseholdScenario, HouseholdState } from './house.ts';
import { household } from './household.ts';
import { NONSENSE } from './language.ts';
import { createPlayer, drawFitting } from './players.ts';
import { actionText, readActionOn } from './readAction.ts';
import { OBJECTS, placeKinds } from './rooms.ts';
import {
  actionFor,
  familyNames,
  fittingStrategies,
  isSameStrategy,
  parseStrategy,
  strategy,
  writeStrategy,
} from './strategies.ts';
import type { Strategy } from './strategies.ts';

const MISFIT_TRIES = 100;

/** How the house teaches. Its tasks are told to everybody, so nothing can leak. */
export const householdLessons: Lessons<HouseholdState, Strategy, HouseholdScenario, HouseholdAction> = {
  environment: household,
  createPlayer: (_scenario, _seat, random) => createPlayer(random),
  drawStrategy: (state, random) => drawFitting(state, random) ?? strategy('look', null, null),
  drawMisfit,
  strategyText: writeStrategy,
  utterance: (advised, state) => actionText(actionFor(advised, state)),
  noise: drawNoise,
  isLeak: () => false,
};

/** Advice for another house, or for another moment in this one. */
function drawMisfit(state: HouseholdState, random: RandomStream): string {
  const fitting = fittingStrategies(state);
  for (let tries = 0; tries < MISFIT_TRIES; tries++) {
    const text = writeStrategy(drawAnyStrategy(state, random), random);
    const read = parseStrategy(text);
    if (read && !fitting.some((candidate) => isSameStrategy(candidate, read))) return text;
  }
  throw new Error('drawMisfit: everything fits in this state'); // `take mug 4` never does
}

function drawAnyStrategy({ scenario }: HouseholdState, random: RandomStream): Strategy {
  const kind = random.uniform() < 0.5 ? scenario.kind : random.pick(Object.keys(OBJECTS));
  const isOwnPlace = random.uniform() < 0.5;
  const place = isOwnPlace ? random.pick(scenario.places) : `${random.pick(placeKinds())} ${1 + random.index(3)}`;
  const family = random.pick(familyNames());
  const object = family === 'search' || family === 'second' ? kind : `${kind} ${1 + random.index(4)}`;
  return strategy(family, object, place);
}

/** Actions that are malformed or impossible here. */
function drawNoise(state: HouseholdState, random: RandomStream): string {
  const object = `${random.pick(Object.keys(OBJECTS))} ${4 + random.index(5)}`;
  const place = random.pick(placeKinds());
  const attempt = random.pick([
    `go to ${place} ${5 + random.index(5)}`,
    `take ${object} from ${random.pick(state.scenario.places)}`,
    `put ${object} on ${random.pick(state.scenario.places)}`,
    `heat ${object} with ${place} 1`,
    `use ${object}`,
    `take ${place} 1 from ${object}`,
    random.pick(NONSENSE),
    random.pick(NONSENSE),
  ]);
  return readActionOn(state, attempt).kind === 'invalid' ? attempt : 'hmm';
}

import type { RandomStream } from '../../base/random.ts';
import type { StrategyReading } from '../../record/episode.ts';
import { createReader, writeText } from '../grammar.ts';
import {
  contentsOf,
  canBePrepared,
  isPlaced,
  isReady,
  knownLamp,
  knownObjects,
  placedCount,
  soughtKinds,
  unseenPlaces,
} from './house.ts';
import type { HouseholdAction, HouseholdState } from './house.ts';
import { STRATEGIES } from './language.ts';
import type { StrategyFamily } from './language.ts';
import { CLOSABLE, kindOf, LAMP, OBJECTS, placeKinds, PREPARATIONS } from './rooms.ts';
import { isOpen } from './state.ts';

/** One line of advice. What its family does not name is null. */
export interface Strategy {
  readonly family: StrategyFamily;
  /** One thing, `mug 1`; a kind, `mug`, where any will do. */
  readonly object: string | null;
  readonly place: string | null;
}

const kinds = [...Object.keys(OBJECTS), LAMP].join('|');
const readText = createReader<StrategyFamily>(
  familyNames().map((family) => ({ meaning: family, templates: STRATEGIES[family] })),
  { kind: `(?:${kinds})`, object: `(?:${kinds}) \\d+`, place: `(?:${placeKinds().join('|')}) \\d+` },
);

export function familyNames(): StrategyFamily[] {
  return Object.keys(STRATEGIES) as StrategyFamily[]; // the keys of a literal are its key type
}

/** Understands a strategy text; null when it is not in the language of strategies. */
export function parseStrategy(text: string): Strategy | null {
  const reading = readText(text);
  if (!reading) return null;
  const { object, kind, place } = reading.slots;
  return { family: reading.meaning, object: object ?? kind ?? null, place: place ?? null };
}

export function writeStrategy({ family, object, place }: Strategy, random: RandomStream): string {
  return writeText(random.pick(STRATEGIES[family]), random, {
    object: object ?? '',
    kind: object ?? '',
    place: place ?? '',
  });
}

/** Reads a strategy in the state where it was given; `action` is what was then done. */
export function readStrategyOn(state: HouseholdState, text: string, action: HouseholdAction): StrategyReading {
  const strategy = parseStrategy(text);
  if (!strategy) return { family: null, isApplicable: false, isFollowed: null };
  const isApplicable = fittingStrategies(state).some((fitting) => isSameStrategy(fitting, strategy));
  const isFollowed = isApplicable ? isSameAction(actionFor(strategy, state), action) : null;
  return { family: strategy.family, isApplicable, isFollowed };
}

/** Every strategy that makes sense here and now: it names what is there and known, and its next action is possible. */
export function fittingStrategies(state: HouseholdState): Strategy[] {
  const { at, held, scenario, seen, moved } = state;
  const others = scenario.places.filter((place) => place !== at);
  const unseen = unseenPlaces(state);
  const here =
    at !== null && isOpen(state, at) ? contentsOf(state, at).filter((object) => kindOf(object) !== LAMP) : [];
  const lamp = knownLamp(state);
  const isClosable = at !== null && CLOSABLE.includes(kindOf(at));
  const needsSecond = scenario.family === 'two' && held === null && placedCount(state) === 1;
  const fetchable = knownObjects(state).filter(([object, place]) => kindOf(object) !== LAMP && place !== at);
  const wasSeen = others.filter((place) => seen.includes(place));

  return [
    ...soughtKinds(state).flatMap((kind) => unseen.map((place) => strategy('search', kind, place))),
    ...(at === null ? [] : unseen.map((place) => strategy('elsewhere', null, place))),
    ...wasSeen.map((place) => strategy('revisit', null, place)),
    ...(isClosable ? [strategy(isOpen(state, at) ? 'close' : 'check', null, at)] : []),
    ...(needsSecond ? placesOfSecond(state, unseen).map((place) => strategy('second', scenario.kind, place)) : []),
    ...(lamp ? [strategy('lamp', null, lamp[1])] : []),
    ...(held === null
      ? [
          ...here.map((object) => strategy('take', object, null)),
          ...here
            .filter((object) => moved.includes(object) && kindOf(object) === scenario.kind && !isPlaced(state, object))
            .map((object) => strategy('recover', object, null)),
          ...fetchable.map(([object, place]) => strategy('fetch', object, place)),
        ]
      : strategiesWith(held, state, others)),
    strategy('look', null, null),
    strategy('inventory', null, null),
  ];
}

/** What one does to carry the strategy out. */
export function actionFor({ family, object, place }: Strategy, { at, objects }: HouseholdState): HouseholdAction {
  const here = at ?? '';
  const [thing, there] = [object ?? '', place ?? ''];
  switch (family) {
    case 'search':
    case 'elsewhere':
    case 'revisit':
    case 'fetch':
    case 'second':
    case 'bring':
      return { kind: 'go', place: there };
    case 'check':
      return { kind: 'open', place: there };
    case 'close':
      return { kind: 'close', place: there };
    case 'take':
    case 'recover':
      return { kind: 'take', object: thing, place: here };
    case 'put':
    case 'drop':
      return { kind: 'put', object: thing, place: here };
    case 'clean':
    case 'heat':
    case 'cool':
      return at === there ? { kind: family, object: thing, place: there } : { kind: 'go', place: there };
    case 'lamp': {
      const lamp = Object.keys(objects).find((name) => kindOf(name) === LAMP) ?? LAMP;
      return at === there ? { kind: 'use', object: lamp } : { kind: 'go', place: there };
    }
    case 'look':
    case 'inventory':
      return { kind: family };
  }
}

export function strategy(family: StrategyFamily, object: string | null, place: string | null): Strategy {
  return { family, object, place };
}

export function isSameStrategy(one: Strategy, other: Strategy): boolean {
  return one.family === other.family && one.object === other.object && one.place === other.place;
}

/** What can be done with something in one's hand. */
function strategiesWith(held: string, state: HouseholdState, others: readonly string[]): Strategy[] {
  const { at, scenario } = state;
  const isPuttable = at !== null && isOpen(state, at);
  const preparations = (['clean', 'heat', 'cool'] as const).filter((preparation) => canBePrepared(held, preparation));
  return [
    ...others.map((place) => strategy('bring', held, place)),
    ...(isPuttable ? [strategy('put', held, at)] : []),
    ...(isPuttable && kindOf(held) !== scenario.kind ? [strategy('drop', held, null)] : []),
    ...preparations
      .filter((preparation) => scenario.family !== preparation || !isReady(state, held))
      .flatMap((preparation) =>
        scenario.places
          .filter((place) => kindOf(place) === PREPARATIONS[preparation].at)
          .map((place) => strategy(preparation, held, place)),
      ),
  ];
}

/** Where the second object may be: known to lie there, or not yet looked at. */
function placesOfSecond(state: HouseholdState, unseen: readonly string[]): string[] {
  const known = knownObjects(state)
    .filter(
      ([object, place]) => kindOf(object) === state.scenario.kind && !isPlaced(state, object) && place !== state.at,
    )
    .map(([, place]) => place);
  return [...new Set([...known, ...unseen])];
}

function isSameAction(one: HouseholdAction, other: HouseholdAction): boolean {
  return JSON.stringify(Object.entries(one).toSorted()) === JSON.stringify(Object.entries(other).toSorted());
}

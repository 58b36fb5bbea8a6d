import { hash32 } from '../../base/hash.ts';
import { RandomStream } from '../../base/random.ts';
import type { Split } from '../../record/scenario.ts';
import { oncePerSplit, splitOf } from '../splits.ts';
import { expertTurns } from './expert.ts';
import { TASK_FAMILIES } from './house.ts';
import type { HouseholdScenario, TaskFamily } from './house.ts';
import { homesOf, kindOf, LAMP, LAMP_HOMES, NO_TARGETS, OBJECTS, ROOM_NAMES, ROOMS } from './rooms.ts';
import type { KindOfObject, Room } from './rooms.ts';

/** A task in a layout, before anything lies anywhere: what is held out. */
type Situation = Pick<HouseholdScenario, 'family' | 'kind' | 'target' | 'room' | 'layoutIndex'>;

const SITUATIONS_PER_FAMILY = 300;
/** Ways to lay the things out, for each situation. */
const VARIANTS = 1000;
/** Tasks that take the expert less or more turns are laid out anew. */
const FEWEST_TURNS = 4;
const MOST_TURNS = 13;
const MOST_LAYINGS = 60;
const MOST_THINGS_AT_A_PLACE = 3;
/** How often a thing lies where such things are not kept. */
const STRAY_SHARE = 0.06;
/** Weight of the first, second, … home of a kind. */
const HOME_WEIGHTS = [6, 3, 2, 1, 1];

/** One scenario of each situation, as many of every family as there are up to 300. Made once, when first asked for. */
export const scenariosOf = oncePerSplit((split): readonly HouseholdScenario[] =>
  allSituations()
    .filter((situation) => splitOf(canonicalIdOf(situation)) === split)
    .flatMap((situation) => layOut(situation, 0) ?? []),
);

/** A situation of the split, each equally likely, with its things laid out in one of a thousand ways. */
export function sampleScenario(random: RandomStream, split: Split): HouseholdScenario {
  const known = random.pick(scenariosOf(split));
  return layOut(known, random.index(VARIANTS)) ?? known;
}

/** The situations of every family in the order of their hashes, so that a cut favours no room and no object. */
function allSituations(): Situation[] {
  const every = ROOM_NAMES.flatMap((room) =>
    ROOMS[room].flatMap((layout, layoutIndex) =>
      objectsOf(room).flatMap(([kind, object]) =>
        familiesOf(layout, kind, object).flatMap((family) =>
          targetsOf(layout, family).map((target) => ({ family, kind, target, room, layoutIndex })),
        ),
      ),
    ),
  );
  return TASK_FAMILIES.flatMap((family) =>
    every
      .filter((situation) => situation.family === family)
      .toSorted((one, other) => hash32(`order ${canonicalIdOf(one)}`) - hash32(`order ${canonicalIdOf(other)}`))
      .slice(0, SITUATIONS_PER_FAMILY),
  );
}

function objectsOf(room: Room): [kind: string, object: KindOfObject][] {
  return Object.entries(OBJECTS).filter(([, { rooms }]) => rooms.includes(room));
}

function familiesOf(layout: Readonly<Record<string, number>>, kind: string, object: KindOfObject): TaskFamily[] {
  const hasHome = homesOf(kind).some((home) => home in layout);
  const hasLamp = 'desk' in layout || 'dresser' in layout;
  return TASK_FAMILIES.filter((family) => {
    if (!hasHome) return false;
    if (family === 'look') return hasLamp;
    return family === 'place' || family === 'two' || object.preparations.includes(family);
  });
}

function targetsOf(layout: Readonly<Record<string, number>>, family: TaskFamily): string[] {
  const kinds = Object.keys(layout);
  return family === 'look'
    ? kinds.filter((kind) => LAMP_HOMES.includes(kind))
    : kinds.filter((kind) => !NO_TARGETS.includes(kind));
}

function canonicalIdOf({ family, kind, target, room, layoutIndex }: Situation): string {
  return `${family} ${kind} ${target} ${room} ${layoutIndex}`;
}

/** Lays the things out until the task is neither done at first nor too long; null when that never succeeds. */
function layOut(situation: Situation, variant: number): HouseholdScenario | null {
  const { family, kind, target, room, layoutIndex } = situation;
  const canonicalId = canonicalIdOf(situation);
  const random = new RandomStream(1, 'household', canonicalId, variant);
  const places = Object.entries(ROOMS[room][layoutIndex] ?? {}).flatMap(([place, count]) =>
    Array.from({ length: count }, (_, index) => `${place} ${index + 1}`),
  );
  for (let laying = 0; laying < MOST_LAYINGS; laying++) {
    const scenario: HouseholdScenario = {
      environment: 'household',
      id: `${canonicalId} ${variant}`,
      canonicalId,
      split: splitOf(canonicalId),
      family,
      kind,
      target,
      room,
      layoutIndex,
      places,
      objects: drawObjects(situation, places, random),
    };
    const turns = expertTurns(scenario, MOST_TURNS);
    if (turns !== null && turns >= FEWEST_TURNS) return scenario;
  }
  return null;
}

/** The things of the task, away from where they have to go, and five to seven others. */
function drawObjects({ family, kind, target, room }: Situation, places: readonly string[], random: RandomStream) {
  const objects: Record<string, string> = {};
  const lay = (name: string, isPossible: (place: string) => boolean) => {
    const place = drawPlace(kindOf(name), places.filter(isPossible), objects, random);
    if (place !== null) objects[name] = place;
  };
  if (family === 'look') lay(`${LAMP} 1`, (place) => kindOf(place) === target);
  const count = family === 'two' || random.uniform() < 0.15 ? 2 : 1;
  for (const number of random.shuffled([1, 2, 3]).slice(0, count)) {
    lay(`${kind} ${number}`, (place) => family === 'look' || kindOf(place) !== target);
  }
  const others = random.shuffled(objectsOf(room).map(([other]) => other)).filter((other) => other !== kind);
  for (const other of others.slice(0, 5 + random.index(3))) lay(`${other} ${1 + random.index(2)}`, () => true);
  return objects;
}

/** A place with room for it, mostly one where such things are kept. */
function drawPlace(
  kind: string,
  places: readonly string[],
  objects: Readonly<Record<string, string>>,
  random: RandomStream,
): string | null {
  const free = places.filter(
    (place) => Object.values(objects).filter((taken) => taken === place).length < MOST_THINGS_AT_A_PLACE,
  );
  const isStray = random.uniform() < STRAY_SHARE;
  const weighted = homesOf(kind).flatMap((home, rank) =>
    free
      .filter((place) => kindOf(place) === home)
      .flatMap((place) => Array.from({ length: HOME_WEIGHTS[rank] ?? 1 }, () => place)),
  );
  const candidates = isStray || weighted.length === 0 ? free : weighted;
  return candidates.length > 0 ? random.pick(candidates) : null;
}

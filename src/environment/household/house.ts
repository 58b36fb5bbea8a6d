import { z } from 'zod';
import { scenarioFields } from '../../record/scenario.ts';
import type { Outcome } from '../environment.ts';
import { homesOf, kindOf, LAMP, OBJECTS, PREPARATIONS, ROOM_NAMES } from './rooms.ts';
import type { Condition, Preparation } from './rooms.ts';

/** What is asked for: one thing at a place, one held under the desk lamp, one made ready and placed, or two placed. */
export const TASK_FAMILIES = ['place', 'look', 'clean', 'heat', 'cool', 'two'] as const;
export type TaskFamily = (typeof TASK_FAMILIES)[number];

/** A room with things in it and a task. */
export const HouseholdScenario = z.strictObject({
  ...scenarioFields('household'),
  family: z.enum(TASK_FAMILIES),
  /** Kind of the object asked for. */
  kind: z.string(),
  /** Kind of the place it has to go to; in a `look` task the kind of place where the lamp stands, which is not told. */
  target: z.string(),
  room: z.enum(ROOM_NAMES),
  /** Which of the room's layouts. */
  layoutIndex: z.int().min(0),
  places: z.array(z.string()).readonly(),
  /** Where each object lies at first. */
  objects: z.record(z.string(), z.string()).readonly(),
});
export type HouseholdScenario = z.infer<typeof HouseholdScenario>;

export const HouseholdAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['go', 'open', 'close']), place: z.string() }),
  z.strictObject({ kind: z.enum(['take', 'put', 'clean', 'heat', 'cool']), object: z.string(), place: z.string() }),
  z.strictObject({ kind: z.literal('use'), object: z.string() }),
  z.strictObject({ kind: z.enum(['look', 'inventory']) }),
  /** What the house says in its own turn. */
  z.strictObject({ kind: z.literal('observation') }),
  /** Unreadable or impossible: nothing happens, and the turn is gone. */
  z.strictObject({ kind: z.literal('invalid'), reason: z.string() }),
]);
export type HouseholdAction = z.infer<typeof HouseholdAction>;

export interface HouseholdState {
  readonly scenario: HouseholdScenario;
  /** Turns of both seats together; the house answers after every own turn. */
  readonly turnLimit: number;
  readonly turnIndex: number;
  /** Where the seat stands; null in the middle of the room. */
  readonly at: string | null;
  readonly held: string | null;
  /** Where each object lies; the one held lies nowhere. */
  readonly objects: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, readonly Condition[]>>;
  /** Closable places that stand open. */
  readonly opened: readonly string[];
  /** Places whose contents the seat has seen: what lies there is known from then on. */
  readonly seen: readonly string[];
  /** Objects that the seat has put down somewhere. */
  readonly moved: readonly string[];
  /** What the house says next. */
  readonly observation: string;
  readonly outcome: Outcome | null;
}

/** The condition that the task asks for; null where the object may stay as it is. */
export function neededCondition({ family }: HouseholdScenario): Condition | null {
  return family === 'clean' || family === 'heat' || family === 'cool' ? PREPARATIONS[family].becomes : null;
}

/** Whether the object is in the condition that the task asks for. */
export function isReady({ scenario, conditions }: HouseholdState, object: string): boolean {
  const needed = neededCondition(scenario);
  return needed === null || (conditions[object] ?? []).includes(needed);
}

/** What the task asks to be done with the object before it is put anywhere; null when nothing, or when it is done. */
export function preparationLeft(state: HouseholdState, object: string): Preparation | null {
  const { family } = state.scenario;
  const isPreparation = family === 'clean' || family === 'heat' || family === 'cool';
  return isPreparation && !isReady(state, object) ? family : null;
}

/** Whether the object is what the task asks for, in its condition and at its place. */
export function isPlaced(state: HouseholdState, object: string): boolean {
  const { family, kind, target } = state.scenario;
  const place = state.objects[object];
  if (family === 'look' || place === undefined) return false;
  return kindOf(object) === kind && kindOf(place) === target && isReady(state, object);
}

export function placedCount(state: HouseholdState): number {
  return Object.keys(state.objects).filter((object) => isPlaced(state, object)).length;
}

/** What lies at a place, in the order of the alphabet. */
export function contentsOf({ objects }: Pick<HouseholdState, 'objects'>, place: string): string[] {
  return Object.keys(objects)
    .filter((object) => objects[object] === place)
    .toSorted();
}

/** The objects whose place the seat knows, with that place. */
export function knownObjects({ objects, seen }: HouseholdState): [object: string, place: string][] {
  return Object.entries(objects).filter(([, place]) => seen.includes(place));
}

/** Where the seat has not looked yet and does not stand, in the order of the list. */
export function unseenPlaces({ at, seen, scenario }: HouseholdState): string[] {
  return scenario.places.filter((place) => place !== at && !seen.includes(place));
}

/**
 * Places not yet looked at, the likeliest for this kind first; equally likely ones in the order of the list. Where the
 * thing has to go it does not lie yet: such places come last.
 */
export function placesToSearch(state: HouseholdState, kind: string): string[] {
  const homes = homesOf(kind);
  const { family, target } = state.scenario;
  const rank = (place: string) => {
    if (family !== 'look' && kindOf(place) === target) return homes.length + 1;
    const index = homes.indexOf(kindOf(place));
    return index < 0 ? homes.length : index;
  };
  return unseenPlaces(state).toSorted((one, other) => rank(one) - rank(other));
}

/** Objects that the task still asks for and that the seat has seen lying somewhere: here first, then in order of names. */
export function wantedObjects(state: HouseholdState): [object: string, place: string][] {
  const isHere = (place: string) => (place === state.at ? 0 : 1);
  return knownObjects(state)
    .filter(([object]) => kindOf(object) === state.scenario.kind && !isPlaced(state, object))
    .toSorted(([one, at], [other, there]) => isHere(at) - isHere(there) || (one < other ? -1 : 1));
}

/** Where the desk lamp stands, once the seat has seen it. */
export function knownLamp(state: HouseholdState): [object: string, place: string] | null {
  return knownObjects(state).find(([object]) => kindOf(object) === LAMP) ?? null;
}

/** What the seat still has to find: a kind of object. In a `look` task the lamp as well. */
export function soughtKinds(state: HouseholdState): string[] {
  const { family, kind } = state.scenario;
  const isHeld = state.held !== null && kindOf(state.held) === kind;
  const lamp = family === 'look' && !knownLamp(state) ? [LAMP] : [];
  return isHeld ? lamp : [kind, ...lamp];
}

/**
 * Where the thing in hand has to be taken next: to be made ready, then to where it belongs. The place where the seat stands
 * when that is one; null when nothing in hand has to go anywhere.
 */
export function nextStop(state: HouseholdState): string | null {
  const { at, held, scenario } = state;
  const { family, kind, places, target } = scenario;
  if (held === null || kindOf(held) !== kind || family === 'look') return null;
  const preparation = preparationLeft(state, held);
  const goal = preparation ? PREPARATIONS[preparation].at : target;
  return at !== null && kindOf(at) === goal ? at : (places.find((place) => kindOf(place) === goal) ?? goal);
}

export function canBePrepared(object: string, preparation: Preparation): boolean {
  return OBJECTS[kindOf(object)]?.preparations.includes(preparation) ?? false;
}

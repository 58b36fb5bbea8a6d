import type { HouseholdAction, HouseholdState } from './house.ts';
import { actionText } from './readAction.ts';
import { PREPARATIONS } from './rooms.ts';
import type { Preparation } from './rooms.ts';
import { seatToMove, whyImpossible } from './state.ts';

/** What somebody in the room can do now, in the words that the house understands: what is near first, then where to go. */
export function possibleHouseholdActions(state: HouseholdState): readonly string[] {
  if (seatToMove(state) !== 0) return [];
  const { at, held, objects, scenario } = state;
  const here = at === null ? [] : hereActions(at, held, Object.keys(objects));
  const going = scenario.places.map((place): HouseholdAction => ({ kind: 'go', place }));
  return [...here, ...going].filter((action) => whyImpossible(state, action) === null).map(actionText);
}

/** Everything that could be done at a place, possible or not. */
function hereActions(place: string, held: string | null, objects: readonly string[]): HouseholdAction[] {
  const preparations = Object.keys(PREPARATIONS) as Preparation[]; // keys of a literal
  return [
    { kind: 'open', place },
    ...objects.map((object): HouseholdAction => ({ kind: 'take', object, place })),
    ...(held === null
      ? []
      : [
          ...preparations.map((kind): HouseholdAction => ({ kind, object: held, place })),
          { kind: 'put', object: held, place } as const,
        ]),
    ...objects.map((object): HouseholdAction => ({ kind: 'use', object })),
    { kind: 'close', place },
  ];
}

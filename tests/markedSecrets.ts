import type { SotopiaScenario } from '../src/environment/sotopia/scenario.ts';
import type { SeatIndex } from '../src/record/scenario.ts';

/** Stands around every private text of the seat. */
export const secretMark = (seat: SeatIndex) => `zq${seat}zq`;

/** Puts words that no text of anybody holds around a private text of a seat: what is leaked is leaked with them. */
export const mark = (text: string, seat: SeatIndex) => `${secretMark(seat)} ${text} ${secretMark(seat)}`;

/** The same scenario with everything private marked as its seat's. */
export function marked(scenario: SotopiaScenario): SotopiaScenario {
  const [first, second] = scenario.people;
  return {
    ...scenario,
    goals: [mark(scenario.goals[0], 0), mark(scenario.goals[1], 1)],
    people: [
      { ...first, secret: mark(first.secret, 0) },
      { ...second, secret: mark(second.secret, 1) },
    ],
  };
}

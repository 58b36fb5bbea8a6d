import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { SotopiaAction } from './action.ts';
import type { SotopiaScenario } from './scenario.ts';
import type { Terms } from './terms.ts';

/** Everything that has happened in a dialogue. */
export interface Talk {
  readonly scenario: SotopiaScenario;
  /** Turns of both seats together. */
  readonly turnLimit: number;
  /** The seats in turn, seat 0 first. */
  readonly actions: readonly SotopiaAction[];
  readonly terms: Terms;
}

/** Why a dialogue is over. */
export type Ending = 'leave' | 'silence' | 'turn-limit';

/** SOTOPIA ends a dialogue when its turn number exceeds 20, which the 21st turn does. */
export const TURN_LIMIT = 20 + 1;
/** More trailing `none`s than this end a dialogue. */
const MOST_TRAILING_NONES = 2;

/** SOTOPIA's rules of the end, in its own terms: in each step the seat that is not to move does `none`, and that counts. */
export function endingOf({ actions, turnLimit }: Pick<Talk, 'actions' | 'turnLimit'>): Ending | null {
  if (actions.at(-1)?.kind === 'leave') return 'leave';
  if (trailingNones(actions) > MOST_TRAILING_NONES) return 'silence';
  return actions.length >= turnLimit ? 'turn-limit' : null;
}

/**
 * `none`s at the end of the messages, two for each step and seat 0's first. So a `none` of seat 1 ends the dialogue: itself,
 * seat 0's in the same step, and its own in the step before. One of seat 0 does not. What could not be read is no `none`:
 * a slip of the pen ends nothing.
 */
function trailingNones(actions: readonly SotopiaAction[]): number {
  const messages = actions.flatMap((action, turn) =>
    seatOfTurn(turn) === 0 ? [action.kind, 'none' as const] : ['none' as const, action.kind],
  );
  const last = messages.findLastIndex((kind) => kind !== 'none');
  return messages.length - 1 - last;
}

export function seatOfTurn(turnIndex: number): SeatIndex {
  return turnIndex % 2 === 0 ? 0 : 1;
}

/** The standing values of the other seat, by issue, that the seat could take up now. */
export function offersTo({ terms }: Pick<Talk, 'terms'>, seat: SeatIndex): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(terms).flatMap(([name, term]) =>
      term.kind === 'named' && term.by === otherSeat(seat) ? [[name, term.value] as const] : [],
    ),
  );
}

import type { SeatIndex } from '../../record/scenario.ts';
import type { Role } from './action.ts';
import { dayPoints } from './days.ts';
import type { DayTable } from './days.ts';
import { askerPoints, giverPoints, pointsWithoutFavour } from './favour.ts';
import type { FavourTable, Terms } from './favour.ts';
import type { SocialScenario } from './scenario.ts';
import { holderPoints, seekerPoints } from './secret.ts';
import type { SecretTable } from './secret.ts';

export type SocialTable = FavourTable | SecretTable | DayTable;

/** Everything that has happened in a talk. */
export interface Talk {
  readonly scenario: SocialScenario;
  /** Turns of both seats together. Seat 0 opens. */
  readonly turnLimit: number;
  readonly turnIndex: number;
  /** Rude or cold words of each seat that were not apologised for, 0 to 3. */
  readonly marks: readonly [number, number];
  /** Who has thanked the other. */
  readonly thanked: readonly [boolean, boolean];
  readonly table: SocialTable;
}

const POINTS_PER_MARK = { friend: 1, stranger: 0.5 } as const;
const POINTS_OF_THANKS = { friend: 1, stranger: 0 } as const;
export function roleOf({ script }: SocialScenario, seat: SeatIndex): Role {
  if (script.kind === 'day') return 'day';
  if (script.kind === 'secret') return script.holder === seat ? 'hold' : 'seek';
  return seat === 0 ? `${script.kind}-ask` : `${script.kind}-give`;
}

/** Points of both if the talk ended now: with this deal, or without one and `hasTime` for another way. */
export function pointsNow(talk: Talk, deal: Terms | string | null, hasTime: boolean): [number, number] {
  const { scenario, marks, thanked } = talk;
  const [first, second] = rawPoints(talk, deal, hasTime);
  const settle = (points: number, seat: SeatIndex) => {
    const isHolder = roleOf(scenario, seat) === 'hold'; // has paid for its marks in full
    const forMarks = isHolder ? 0 : marks[seat] * POINTS_PER_MARK[scenario.relation];
    const forThanks = thanked[seat] ? POINTS_OF_THANKS[scenario.relation] : 0;
    return Math.min(Math.max(points - forMarks + forThanks, 0), 10);
  };
  return [settle(first, 0), settle(second, 1)];
}

function rawPoints(talk: Talk, deal: Terms | string | null, hasTime: boolean): [number, number] {
  const { scenario, table, marks } = talk;
  const { script } = scenario;
  if (script.kind === 'secret' && table.kind === 'secret') {
    const seeker = seekerPoints(script, table);
    const holder = holderPoints(script, table, marks[script.holder]);
    return script.holder === 0 ? [holder, seeker] : [seeker, holder];
  }
  if (script.kind === 'day') {
    return typeof deal === 'string' ? [dayPoints(script, 0, deal), dayPoints(script, 1, deal)] : [0, 0];
  }
  if (script.kind !== 'secret' && table.kind === 'favour') {
    if (deal === null || typeof deal === 'string') return pointsWithoutFavour(scenario, script, table, hasTime);
    return [askerPoints(script, table, deal), giverPoints(scenario, script, table, deal, marks[0] > 0)];
  }
  throw new Error(`rawPoints: a ${script.kind} with the table of a ${table.kind}`);
}

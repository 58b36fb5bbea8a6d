import type { RandomStream } from '../../base/random.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { BodyKind, Family } from './language.ts';
import { advisedTable } from './seat.ts';
import { sayBody, sayShare } from './speech.ts';
import type { PriorityState } from './state.ts';
import { targetOf } from './strategies.ts';
import type { Strategy } from './strategies.ts';

/** Said without courtesy. */
const BLUNT: readonly Family[] = ['all', 'hold', 'reject', 'warn', 'walkAway'];
/** Says what the partner gets. */
const GIVING: readonly Family[] = ['give'];

/** What carries the strategy out. Depends on the strategy and on what the seat sees, never on who the player is. */
export function writeUtterance(
  strategy: Strategy,
  state: PriorityState,
  seat: SeatIndex,
  random: RandomStream,
): string {
  const { family, items, amounts } = strategy;
  const isBlunt = BLUNT.includes(family);
  const target = targetOf(strategy, advisedTable(state, seat));
  if (target.kind === 'inapplicable') throw new Error(`writeUtterance: ${family} does not apply`);
  if (target.kind === 'share') {
    if (family === 'hold' && random.uniform() < 0.6) return sayBody(state, seat, 'insist', 0, isBlunt, random);
    const spokenOf = amounts.length > 0 ? 'amounts' : GIVING.includes(family) ? 'giving' : 'others';
    return sayShare(state, target.share, spokenOf, isBlunt, random);
  }
  return sayBody(state, seat, bodyOf(family), items[0] ?? 0, isBlunt, random);
}

/** Families that ask for an act are named like what carries them out. */
function bodyOf(family: Family): BodyKind {
  switch (family) {
    case 'accept':
    case 'reject':
    case 'askMost':
    case 'askLeast':
    case 'tellMost':
    case 'tellLeast':
    case 'appeal':
    case 'spare':
    case 'empathise':
    case 'smallTalk':
    case 'warn':
    case 'walkAway':
      return family;
    default:
      throw new Error(`bodyOf: ${family} asks for a share`);
  }
}

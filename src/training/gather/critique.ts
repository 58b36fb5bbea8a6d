import { isScored } from '../../environment/environment.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { PlayedEpisode, PlayedTurn } from '../rollout.ts';

/**
 * What a rule can say about a seat's side of a dialogue: what it earned, how it ended, and what was wrong with each strategy
 * as the environment read it. `you earned 3 of 10 . turn 2 : nobody understands this plan`.
 */
export function critiqueOf({ outcome, turns }: Pick<PlayedEpisode, 'outcome' | 'turns'>, seat: SeatIndex): string {
  const own = turns.filter((turn) => turn.seat === seat);
  const faults = own.flatMap((turn, index) => {
    const fault = faultOf(turn);
    return fault === null ? [] : [`turn ${index + 1} : ${fault}`];
  });
  const earned = isScored(outcome, seat) ? [`you earned ${Math.round(outcome.points[seat])} of 10`] : [];
  return [...earned, ENDINGS[outcome.endReason], ...faults].join(' . ');
}

const ENDINGS = {
  agreement: 'you agreed',
  'walk-away': 'somebody left',
  finished: 'it was finished',
  'turn-limit': 'the turns ran out',
  'context-full': 'there was too much talk',
} as const satisfies Readonly<Record<PlayedEpisode['outcome']['endReason'], string>>;

/** The first thing that is wrong with a turn; null when nothing is known to be. */
function faultOf({ strategyReading, action }: PlayedTurn): string | null {
  if (strategyReading?.family === null) return 'nobody understands this plan';
  if (strategyReading?.isApplicable === false) return 'this plan does not fit here';
  if (strategyReading?.isFollowed === false) return 'this plan was not carried out';
  return action.kind === 'invalid' ? 'nobody understands what you said' : null;
}

import { assertNever } from '../../base/errors.ts';
import { complement, worth } from '../../environment/negotiation/division.ts';
import { listItems } from '../../environment/negotiation/language.ts';
import type { Action, StrategyReading } from '../../record/episode.ts';
import { otherSeat, type Scenario, type SeatIndex, type Triple } from '../../record/scenario.ts';
import { formatPoints } from '../dialogue/seats.ts';

/** How the environment took an utterance, in words. */
export interface ActionText {
  readonly label: string;
  /** What a proposal gives to whom, or why an utterance does not count. */
  readonly detail: string | null;
  readonly isLegal: boolean;
}

/** @param personSeat shares are told from there: what the person would get, and what it is worth to them */
export function describeAction(
  action: Action,
  scenario: Scenario,
  speaker: SeatIndex,
  personSeat: SeatIndex,
): ActionText {
  switch (action.kind) {
    case 'propose':
      return legal('proposes', describeDeal(action.share, scenario, speaker, personSeat));
    case 'insist':
      return legal('insists', describeDeal(action.share, scenario, speaker, personSeat));
    case 'accept':
      return legal('accepts the offer');
    case 'reject':
      return legal('rejects the offer');
    case 'ask':
      return legal('asks');
    case 'tell':
      return legal('tells what matters');
    case 'talk':
      return legal('just talks', 'nothing on the table changes');
    case 'walk-away':
      return legal('walks away', 'nobody gets anything');
    case 'invalid':
      return { label: 'not understood', detail: action.reason, isLegal: false };
    default:
      return assertNever(action);
  }
}

function legal(label: string, detail: string | null = null): ActionText {
  return { label, detail, isLegal: true };
}

/** `you get 2 hats (worth 6), the model 1 book`. @param share the speaker's own */
function describeDeal(share: Triple, scenario: Scenario, speaker: SeatIndex, personSeat: SeatIndex): string {
  const toPerson = speaker === personSeat ? share : complement(scenario.counts, share);
  const toModel = complement(scenario.counts, toPerson);
  return `you get ${describeShare(toPerson, scenario, personSeat)}, the model ${listItems(toModel, scenario.counts)}`;
}

/** `2 hats and 1 ball (worth 7)`. */
export function describeShare(share: Triple, { counts, values }: Scenario, seat: SeatIndex): string {
  return `${listItems(share, counts)} (worth ${formatPoints(worth(values[seat], share))})`;
}

/** What a standing proposal would give to the person. @param share the proposer's own */
export function shareOfPerson(
  share: Triple | null,
  scenario: Scenario,
  proposer: SeatIndex,
  seat: SeatIndex,
): Triple | null {
  if (share === null) return null;
  return proposer === otherSeat(seat) ? complement(scenario.counts, share) : share;
}

/** Whether the utterance carried the strategy out. `null` in the tone: it cannot be said. */
export function describeReading({ family, isApplicable, isFollowed }: StrategyReading): {
  readonly text: string;
  readonly isGood: boolean | null;
} {
  if (family === null) return { text: 'not a strategy of the game', isGood: null };
  if (!isApplicable) return { text: 'strategy does not apply here', isGood: null };
  if (isFollowed === null) return { text: 'following cannot be checked', isGood: null };
  return isFollowed ? { text: 'strategy followed', isGood: true } : { text: 'strategy not followed', isGood: false };
}

import type { Action, EndReason } from '../record/episode.ts';
import type { SeatIndex } from '../record/scenario.ts';

/** A finished episode from one seat's side: all that a rule may look at to reward its turns. */
export interface SeatHistory {
  readonly turns: readonly OwnTurn[];
  /** The seat's own points, 0–10. */
  readonly points: number;
  readonly hasDeal: boolean;
}

export interface OwnTurn {
  readonly actionKind: Action['kind'];
  /** Own value of the offer that the seat could accept at this turn, 0–10; null when there was none. */
  readonly offerValue: number | null;
  /** Whether this turn put forward the proposal that the partner then accepted. */
  readonly isAcceptedProposal: boolean;
}

interface FinishedTurn {
  readonly seat: SeatIndex;
  readonly action: Action;
  readonly offerValue: number | null;
  /** Whether the action put a proposal on the table; the environment says so. */
  readonly isProposal: boolean;
}

interface FinishedEpisode {
  readonly turns: readonly FinishedTurn[];
  readonly endReason: EndReason;
  readonly points: readonly [number, number];
}

/** One seat's side of an episode. What the partner does between two own turns leaves no trace but the offer's value. */
export function seatHistory({ turns, endReason, points }: FinishedEpisode, seat: SeatIndex): SeatHistory {
  const own = turns.filter((turn) => turn.seat === seat);
  const hasDeal = endReason === 'agreement';
  const didPartnerAccept = hasDeal && turns.at(-1)?.seat !== seat;
  const lastProposal = own.findLast(({ isProposal }) => isProposal);
  return {
    turns: own.map((turn) => ({
      actionKind: turn.action.kind,
      offerValue: turn.offerValue,
      isAcceptedProposal: didPartnerAccept && turn === lastProposal,
    })),
    points: points[seat],
    hasDeal,
  };
}

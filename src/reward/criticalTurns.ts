import type { SeatHistory } from './seatHistory.ts';

/** A smaller rise of the partner's offer is bargaining noise. */
const SMALLEST_RISE_POINTS = 2;

/**
 * Which turns decided the episode, by rule; nothing did when there was no deal, as there never is where nobody offers anything. Stands in for the paper's judge
 * (arXiv 2502.12486), a prompted language model that selects such turns.
 *
 * @param isAcceptingCritical whether accepting counts as such. Where it does, accepting the first offer pays as much as
 *   accepting the best one, and a strategist learns to give in at once (docs/algorithms.md).
 * @returns indices into `history.turns`
 */
export function criticalTurns(
  history: SeatHistory,
  { isAcceptingCritical }: { readonly isAcceptingCritical: boolean },
): ReadonlySet<number> {
  if (!history.hasDeal) return new Set();
  const candidates = [
    acceptedProposalTurn(history),
    largestRiseTurn(history),
    isAcceptingCritical ? acceptingTurn(history) : null,
  ];
  return new Set(candidates.filter((index) => index !== null));
}

/** The turn at which the seat accepted, which can only be its last. */
function acceptingTurn({ turns }: SeatHistory): number | null {
  return turns.at(-1)?.actionKind === 'accept' ? turns.length - 1 : null;
}

/** The turn whose proposal the partner accepted. */
function acceptedProposalTurn({ turns }: SeatHistory): number | null {
  const index = turns.findIndex(({ isAcceptedProposal }) => isAcceptedProposal);
  return index >= 0 ? index : null;
}

/** The turn after which the partner's offer rose most, if by enough; the latest of equals. No offer counts as 0. */
function largestRiseTurn({ turns }: SeatHistory): number | null {
  let best: { readonly index: number; readonly rise: number } | null = null;
  for (let index = 0; index + 1 < turns.length; index++) {
    const rise = (turns[index + 1]?.offerValue ?? 0) - (turns[index]?.offerValue ?? 0);
    if (rise >= SMALLEST_RISE_POINTS && rise >= (best?.rise ?? 0)) best = { index, rise };
  }
  return best?.index ?? null;
}

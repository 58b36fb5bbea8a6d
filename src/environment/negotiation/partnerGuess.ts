import { complement, worth } from './division.ts';
import { KINDS } from './language.ts';
import type { DealAction, Triple } from './schemas.ts';

/** What the other seat may value, relative to each other: learned from what it claimed and said. */
export function guessValues(partnerActions: readonly DealAction[], counts: Triple): Triple {
  const guess: Triple = [1, 1, 1];
  for (const action of partnerActions) {
    if (action.kind === 'propose') for (const kind of KINDS) guess[kind] += action.share[kind] / counts[kind];
    if (action.kind !== 'tell' || action.item === undefined) continue;
    if (action.points !== undefined) guess[action.item] = 0.2 + action.points / 2;
    else if (action.stance === 'wants') guess[action.item] += 1.5;
    else if (action.stance === 'spares') guess[action.item] *= 0.4;
  }
  return guess;
}

/** What a share leaves to the other seat, on the scale of points, if the guess is right. */
export function leftToPartner(share: Triple, counts: Triple, guess: Triple): number {
  return (10 * worth(guess, complement(counts, share))) / worth(guess, counts);
}

import type { Episode } from '../../record/episode.ts';

/** How often a kind of strategy was written, as a share of the trained seats' strategies. */
export interface FamilyShare {
  readonly family: string;
  readonly before: number;
  readonly after: number;
}

export interface FamilyShift {
  /** Strategies that were counted. */
  readonly beforeCount: number;
  readonly afterCount: number;
  /** Different ones among them. */
  readonly wordingsBefore: number;
  readonly wordingsAfter: number;
  /** By their larger share, the most frequent first. */
  readonly families: readonly FamilyShare[];
  /** Of the wordings after, the share that no strategy before had; null where nothing was written after. */
  readonly newWordingShare: number | null;
}

export const NOT_READABLE = 'not readable';

/** How the strategies of the trained seats have changed between two samples of dialogues. */
export function familyShift(before: readonly Episode[], after: readonly Episode[]): FamilyShift {
  const [earlier, later] = [strategiesOf(before), strategiesOf(after)];
  const [sharesBefore, sharesAfter] = [sharesOf(earlier), sharesOf(later)];
  const families = [...new Set([...sharesBefore.keys(), ...sharesAfter.keys()])].map((family) => ({
    family,
    before: sharesBefore.get(family) ?? 0,
    after: sharesAfter.get(family) ?? 0,
  }));
  const known = new Set(earlier.map(({ text }) => text));
  const wordings = new Set(later.map(({ text }) => text));
  return {
    beforeCount: earlier.length,
    afterCount: later.length,
    wordingsBefore: known.size,
    wordingsAfter: wordings.size,
    families: families.toSorted((a, b) => largest(b) - largest(a) || a.family.localeCompare(b.family)),
    newWordingShare:
      wordings.size === 0 ? null : [...wordings].filter((text) => !known.has(text)).length / wordings.size,
  };
}

/** Names of all families of several shifts, those with the largest share in any of them first. */
export function familyNames(shifts: readonly FamilyShift[]): string[] {
  const largestShare = new Map<string, number>();
  for (const share of shifts.flatMap(({ families }) => families)) {
    largestShare.set(share.family, Math.max(largestShare.get(share.family) ?? 0, largest(share)));
  }
  return [...largestShare].toSorted(([, a], [, b]) => b - a).map(([family]) => family);
}

/**
 * The updates at the beginning and at the end whose dialogues are compared: as many on both sides, and none on both.
 * @param updates those with saved dialogues, ascending
 */
export function firstAndLast(
  updates: readonly number[],
  most: number,
): { readonly first: readonly number[]; readonly last: readonly number[] } {
  const span = Math.min(most, Math.floor(updates.length / 2));
  return { first: updates.slice(0, span), last: span === 0 ? updates.slice(-1) : updates.slice(-span) };
}

interface WrittenStrategy {
  readonly text: string;
  readonly family: string;
}

function strategiesOf(episodes: readonly Episode[]): WrittenStrategy[] {
  return episodes.flatMap(({ turns, trainedSeats }) =>
    turns.flatMap(({ seat, strategy, strategyReading }) =>
      strategy !== null && strategyReading && trainedSeats.includes(seat)
        ? [{ text: strategy, family: strategyReading.family ?? NOT_READABLE }]
        : [],
    ),
  );
}

function sharesOf(strategies: readonly WrittenStrategy[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { family } of strategies) shares.set(family, (shares.get(family) ?? 0) + 1 / strategies.length);
  return shares;
}

function largest({ before, after }: FamilyShare): number {
  return Math.max(before, after);
}

import type { SeatIndex } from '../../record/scenario.ts';
import type { Act } from './action.ts';
import type { FavourScript, Need, SocialScenario } from './scenario.ts';

/** What the ride or the loan is given for. */
export interface Terms {
  readonly kind: 'free' | 'pay' | 'help' | 'hour';
  readonly value: string | null;
}

/** What has been said about a favour. */
export interface FavourTable {
  readonly kind: 'favour';
  /** Each seat's last terms. They stand until the seat names others. */
  readonly proposals: readonly [Terms | null, Terms | null];
  readonly isWhyTold: boolean;
  /** What seat 0 has heard of the need: all of it, that a reason is wanted, or nothing. */
  readonly heardNeed: Need | null;
  /** Seat 0 has asked what it would take. */
  readonly isWhatAsked: boolean;
  /** Seat 0 has asked politely for something. */
  readonly isAskedNicely: boolean;
}

export const EMPTY_FAVOUR: FavourTable = {
  kind: 'favour',
  proposals: [null, null],
  isWhyTold: false,
  heardNeed: null,
  isWhatAsked: false,
  isAskedNicely: false,
};

const POINTS_OF_MET_NEED = 9;
const POINTS_OF_UNMET_NEED = { friend: 4, stranger: 2 } as const;
/** Payment: this much for exactly what was needed, one more for each further dollar, up to two. */
const POINTS_OF_PAID_NEED = 8;
const MOST_EXTRA = 2;

const ASKING = ['beg', 'pay', 'help', 'hour', 'what'];
const TERMS_KINDS: Readonly<Partial<Record<Act['kind'], Terms['kind']>>> = {
  beg: 'free',
  gift: 'free',
  pay: 'pay',
  charge: 'pay',
  help: 'help',
  chore: 'help',
  hour: 'hour',
  time: 'hour',
};

/** The terms that an act names; null when it names none. */
export function termsOf({ kind, value }: Act): Terms | null {
  const termsKind = TERMS_KINDS[kind];
  return termsKind ? { kind: termsKind, value } : null;
}

/** The favour after an act that does not end it. */
export function hearFavour(table: FavourTable, act: Act, seat: SeatIndex, script: FavourScript): FavourTable {
  const terms = termsOf(act);
  const isAskedNicely = table.isAskedNicely || (seat === 0 && act.tone === 'polite' && ASKING.includes(act.kind));
  const proposals: FavourTable['proposals'] = !terms
    ? table.proposals
    : seat === 0
      ? [terms, table.proposals[1]]
      : [table.proposals[0], terms];
  return {
    kind: 'favour',
    proposals,
    isAskedNicely,
    isWhyTold: table.isWhyTold || act.kind === 'why',
    isWhatAsked: table.isWhatAsked || act.kind === 'what',
    heardNeed:
      act.kind === 'need'
        ? script.need
        : act.kind === 'ask-why'
          ? (table.heardNeed ?? { kind: 'why', value: null })
          : table.heardNeed,
  };
}

/** Points of seat 0 under these terms, before the marks of rude words. */
export function askerPoints(script: FavourScript, table: FavourTable, terms: Terms): number {
  const cost =
    terms.kind === 'pay'
      ? Number(terms.value)
      : terms.kind === 'help'
        ? script.helpCost
        : terms.kind === 'hour'
          ? Math.abs(Number(terms.value) - Number(script.hour))
          : 0;
  return 10 - cost - (table.isWhyTold ? script.whyCost : 0);
}

/** Points of seat 1 under these terms, before the marks of rude words. `isAskerRude`: seat 0 has a mark now. */
export function giverPoints(
  { relation }: SocialScenario,
  { need }: FavourScript,
  table: FavourTable,
  terms: Terms,
  isAskerRude: boolean,
): number {
  if (need.kind === 'pay' && terms.kind === 'pay') {
    const extra = Number(terms.value) - Number(need.value);
    return extra >= 0 ? POINTS_OF_PAID_NEED + Math.min(extra, MOST_EXTRA) : POINTS_OF_UNMET_NEED[relation];
  }
  const isMet =
    need.kind === 'why'
      ? table.isWhyTold
      : need.kind === 'please'
        ? table.isAskedNicely && !isAskerRude
        : terms.kind === need.kind && terms.value === need.value;
  return isMet ? POINTS_OF_MET_NEED : POINTS_OF_UNMET_NEED[relation];
}

/** Points without a deal: seat 0 has its other way only if somebody walked away in time; a let-down friend costs seat 1 two. */
export function pointsWithoutFavour(
  { relation }: SocialScenario,
  script: FavourScript,
  table: FavourTable,
  hasTime: boolean,
): [number, number] {
  return [
    (hasTime ? script.otherWay : 0) - (table.isWhyTold ? script.whyCost : 0),
    script.peace - (relation === 'friend' ? 2 : 0),
  ];
}

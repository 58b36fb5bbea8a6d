import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { Act, Role } from './action.ts';
import type { FavourTable, Terms } from './favour.ts';
import { roleOf } from './points.ts';
import type { DayScript, FavourScript, Need, SecretScript, SocialScenario } from './scenario.ts';
import type { SecretTable } from './secret.ts';
import { offerValue, proposalOf, proposalValue, turnsLeft } from './state.ts';
import type { SocialState } from './state.ts';

interface Deal {
  /** `free`, `pay 3`, `help garden`, `hour 7`, or a day. */
  readonly text: string;
  /** What it is worth to the own seat now. */
  readonly value: number;
}

interface Situation {
  readonly role: Role;
  readonly relation: SocialScenario['relation'];
  readonly me: string;
  readonly other: string;
  readonly left: number;
  readonly marks: number;
  readonly hasThanked: boolean;
  /** The own standing proposal and the other's. */
  readonly mine: Deal | null;
  readonly theirs: Deal | null;
}

export interface AskSight extends Situation {
  readonly role: 'ride-ask' | 'loan-ask';
  readonly script: Omit<FavourScript, 'need' | 'peace'>;
  readonly heardNeed: Need | null;
  readonly isWhyTold: boolean;
}

export interface GiveSight extends Situation {
  readonly role: 'ride-give' | 'loan-give';
  readonly script: Pick<FavourScript, 'object' | 'need' | 'peace'>;
  /** The reason, once told. */
  readonly heardWhy: string | null;
  readonly isWhatAsked: boolean;
}

export interface HoldSight extends Situation {
  readonly role: 'hold';
  readonly script: Pick<SecretScript, 'plan' | 'day' | 'place'>;
  readonly question: string | null;
  readonly dodges: number;
  readonly toldFacts: readonly string[];
}

export interface SeekSight extends Situation {
  readonly role: 'seek';
  readonly script: Pick<SecretScript, 'fact' | 'planPoints'>;
  /** What it can still be if everything said about it is true. */
  readonly maybe: readonly string[];
  readonly dodged: string | null;
  readonly claimed: string | null;
  /** The needed fact, once told. */
  readonly heardFact: string | null;
  /** Whether there is a statement that could be called a lie. */
  readonly hasStatement: boolean;
}

export interface DaySight extends Situation {
  readonly role: 'day';
  readonly activity: string;
  readonly stars: readonly number[];
  readonly freeOfOther: readonly string[];
  readonly busyOfOther: readonly string[];
  readonly toldFree: readonly string[];
  readonly toldBusy: readonly string[];
  readonly isAsked: boolean;
  readonly hasAsked: boolean;
}

/** All that a seat knows: players, boards and strategies look at nothing else. */
export type Sight = AskSight | GiveSight | HoldSight | SeekSight | DaySight;

export function sightOf(state: SocialState, seat: SeatIndex): Sight {
  const { scenario, table } = state;
  const { script } = scenario;
  const situation = situationOf(state, seat);
  const { role } = situation;
  if (role === 'day' && script.kind === 'day' && table.kind === 'day') return seeDays(situation, script, state, seat);
  if (role === 'hold' && script.kind === 'secret' && table.kind === 'secret') {
    const { plan, day, place } = script;
    const { question, dodges, toldFacts } = table;
    return { ...situation, role, script: { plan, day, place }, question, dodges, toldFacts };
  }
  if (role === 'seek' && script.kind === 'secret' && table.kind === 'secret') {
    return seeSecret(situation, script, table);
  }
  if ((script.kind === 'ride' || script.kind === 'loan') && table.kind === 'favour') {
    return seeFavour(situation, script, table);
  }
  throw new Error(`sightOf: a ${role} with the table of a ${table.kind}`);
}

/** `pay 3`, `free`: terms, a need, an act's value as words. */
export function wordsOf({ kind, value }: Terms | Need | Pick<Act, 'kind' | 'value'>): string {
  return value === null ? kind : `${kind} ${value}`;
}

function situationOf(state: SocialState, seat: SeatIndex): Situation {
  const { scenario, marks, thanked } = state;
  const deal = (of: SeatIndex, value: number | null): Deal | null => {
    const proposal = proposalOf(state, of);
    if (proposal === null || value === null) return null;
    return { text: typeof proposal === 'string' ? proposal : wordsOf(proposal), value };
  };
  return {
    role: roleOf(scenario, seat),
    relation: scenario.relation,
    me: scenario.names[seat],
    other: scenario.names[otherSeat(seat)],
    left: turnsLeft(state, seat),
    marks: marks[seat],
    hasThanked: thanked[seat],
    mine: deal(seat, proposalValue(state, seat)),
    theirs: deal(otherSeat(seat), offerValue(state, seat)),
  };
}

function seeFavour(situation: Situation, script: FavourScript, table: FavourTable): AskSight | GiveSight {
  const { role } = situation;
  const { heardNeed, isWhyTold, isWhatAsked } = table;
  const { object, need, peace, reason } = script;
  if (role === 'ride-give' || role === 'loan-give') {
    return { ...situation, role, script: { object, need, peace }, heardWhy: isWhyTold ? reason : null, isWhatAsked };
  }
  const { kind, otherWay, helpCost, hour, whyCost } = script;
  if (role !== 'ride-ask' && role !== 'loan-ask') throw new Error(`seeFavour: no favour for a ${role}`);
  return {
    ...situation,
    role,
    script: { kind, object, reason, otherWay, helpCost, hour, whyCost },
    heardNeed,
    isWhyTold,
  };
}

function seeSecret(situation: Situation, script: SecretScript, table: SecretTable): SeekSight {
  const { denied, hint, claimed, dodged, toldFacts, isLastALie } = table;
  const { fact, planPoints } = script;
  return {
    ...situation,
    role: 'seek',
    script: { fact, planPoints },
    maybe: script.maybe.filter((plan) => !denied.includes(plan) && (hint.length === 0 || hint.includes(plan))),
    dodged,
    claimed,
    heardFact: toldFacts.includes(fact) ? script[fact] : null,
    hasStatement: isLastALie !== null && !table.isCaught,
  };
}

function seeDays(situation: Situation, script: DayScript, { table }: SocialState, seat: SeatIndex): DaySight {
  if (table.kind !== 'day') throw new Error(`seeDays: no days on the table of a ${table.kind}`);
  const other = otherSeat(seat);
  return {
    ...situation,
    role: 'day',
    activity: script.activity,
    stars: script.stars[seat],
    freeOfOther: table.free[other],
    busyOfOther: table.busy[other],
    toldFree: table.free[seat],
    toldBusy: table.busy[seat],
    isAsked: table.hasAsked[other],
    hasAsked: table.hasAsked[seat],
  };
}

import type { RandomStream } from '../../base/random.ts';
import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { TemperamentName } from '../../record/temperament.ts';
import type { Player } from '../lessons.ts';
import { evenShare, worth } from '../negotiation/division.ts';
import { ALL_SHARES, PACKAGES, RAW_OF_ALL, RAW_WITHOUT_DEAL, restOf, WORTH_OF_RANK } from './division.ts';
import { drawApplicable, drawForShare, drawOf } from './draw.ts';
import { ITEM_INDICES } from './language.ts';
import type { Family } from './language.ts';
import { advisedTable, ownValues } from './seat.ts';
import { standingOffer, turnsLeft } from './state.ts';
import type { PriorityState } from './state.ts';
import type { Strategy } from './strategies.ts';
import type { Triple } from '../negotiation/schemas.ts';

/** What makes a player what it is. Raw points are out of 36; the others are chances per turn. */
interface Temperament {
  readonly name: string;
  /** How many players in a hundred or so are like this. */
  readonly weight: number;
  /** Raw points it hopes for in its first turn and settles for in its last. */
  readonly hopesFor: number;
  readonly settlesFor: number;
  /** Acts other than bargaining that it may choose, each with its chance. */
  readonly acts: Partial<Readonly<Record<Family, number>>>;
  /** Chance to answer a question honestly instead of bargaining. */
  readonly candour: number;
  /** Chance to do anything that applies. */
  readonly chaos: number;
  /** Whether it knows its own values, looks for what costs it little and helps the partner, or does neither. */
  readonly skill: 'trades' | 'ignores-partner' | 'mixes-up-values' | 'splits-evenly';
}

// prettier-ignore
const TEMPERAMENTS: readonly Temperament[] = [
  { name: 'fair', weight: 18, hopesFor: 25, settlesFor: 17, acts: { askMost: 0.12, askLeast: 0.06, tellMost: 0.1, tellLeast: 0.06, appeal: 0.06, empathise: 0.04 }, candour: 0.8, chaos: 0.02, skill: 'trades' },
  { name: 'tough', weight: 14, hopesFor: 30, settlesFor: 21, acts: { appeal: 0.1, reject: 0.08, warn: 0.06, askLeast: 0.08 }, candour: 0.25, chaos: 0.02, skill: 'ignores-partner' },
  { name: 'friendly', weight: 14, hopesFor: 23, settlesFor: 14, acts: { smallTalk: 0.15, empathise: 0.12, spare: 0.06, tellMost: 0.06, askMost: 0.1 }, candour: 0.9, chaos: 0.03, skill: 'trades' },
  { name: 'weak', weight: 14, hopesFor: 19, settlesFor: 8, acts: { empathise: 0.1, spare: 0.1, appeal: 0.08, give: 0.08, tellLeast: 0.06 }, candour: 0.8, chaos: 0.05, skill: 'ignores-partner' },
  { name: 'rude', weight: 12, hopesFor: 36, settlesFor: 21, acts: { reject: 0.15, warn: 0.15, all: 0.1, walkAway: 0.04 }, candour: 0.1, chaos: 0.05, skill: 'ignores-partner' },
  { name: 'confused', weight: 12, hopesFor: 24, settlesFor: 12, acts: { askMost: 0.08, smallTalk: 0.08, even: 0.05 }, candour: 0.5, chaos: 0.15, skill: 'mixes-up-values' },
  { name: 'even-handed', weight: 8, hopesFor: 19, settlesFor: 16, acts: { empathise: 0.05, reject: 0.05 }, candour: 0.6, chaos: 0.02, skill: 'splits-evenly' },
  // Never drawn, so that lessons stay as they are: they are called by name.
  { name: 'shrewd', weight: 0, hopesFor: 30, settlesFor: 18, acts: { askMost: 0.2, askLeast: 0.12, appeal: 0.05 }, candour: 0.2, chaos: 0, skill: 'trades' },
  { name: 'chatty', weight: 0, hopesFor: 24, settlesFor: 15, acts: { smallTalk: 0.3, empathise: 0.15, askMost: 0.1, tellMost: 0.1 }, candour: 0.7, chaos: 0.03, skill: 'trades' },
  { name: 'erratic', weight: 8, hopesFor: 26, settlesFor: 10, acts: {}, candour: 0.4, chaos: 0.5, skill: 'ignores-partner' },
];

const LEAST_LAST_OFFER = RAW_WITHOUT_DEAL + 2;

/** A player of hidden temperament. It sees what its seat sees: its own ranking, the proposals, what was said. */
export function createPlayer(seat: SeatIndex, random: RandomStream): Player<PriorityState, Strategy> {
  const temperament = drawTemperament(random);
  const mood = 1.5 * random.normal(); // raw points that this one asks for above or below its kind
  return playerOf(temperament, seat, mood, random.shuffled(ITEM_INDICES));
}

/** What other negotiations call them. */
const NAMED: Readonly<Record<TemperamentName, string>> = {
  shrewd: 'shrewd',
  steady: 'fair',
  friendly: 'friendly',
  soft: 'weak',
  tough: 'tough',
  rude: 'rude',
  chatty: 'chatty',
  confused: 'confused',
  erratic: 'erratic',
};

/** Somebody of known temperament, neither above nor below their kind. @param mixUp which item a confused one takes for which */
export function playerNamed(
  name: TemperamentName,
  seat: SeatIndex,
  mixUp: readonly (0 | 1 | 2)[],
): Player<PriorityState, Strategy> {
  const temperament = TEMPERAMENTS.find((candidate) => candidate.name === NAMED[name]);
  if (!temperament) throw new Error(`playerNamed: nobody here is ${name}`);
  return playerOf(temperament, seat, 0, mixUp);
}

function playerOf(
  temperament: Temperament,
  seat: SeatIndex,
  mood: number,
  mixUp: readonly (0 | 1 | 2)[],
): Player<PriorityState, Strategy> {
  return {
    temperament: temperament.name,
    chooseStrategy(state, stream) {
      const table = advisedTable(state, seat);
      if (stream.uniform() < temperament.chaos) return drawApplicable(table, stream);
      const values = ownValues(state, seat);
      const felt: Triple =
        temperament.skill === 'mixes-up-values'
          ? [values[mixUp[0] ?? 0], values[mixUp[1] ?? 1], values[mixUp[2] ?? 2]]
          : values;
      const goal = goalNow(temperament, state, seat) + mood;
      if (shouldAccept(state, seat, felt, goal)) return { family: 'accept', items: [], amounts: [] };
      const act = drawAct(temperament, state, seat, stream);
      if (act) return act;
      const share = planShare(temperament, state, seat, felt, goal);
      return drawForShare(share, table, stream) ?? { family: 'even', items: [], amounts: [] };
    },
  };
}

function drawTemperament(random: RandomStream): Temperament {
  let left = random.uniform() * TEMPERAMENTS.reduce((sum, { weight }) => sum + weight, 0);
  for (const temperament of TEMPERAMENTS) {
    left -= temperament.weight;
    if (left < 0) return temperament;
  }
  throw new Error('drawTemperament: the weights do not add up');
}

/** Falls in equal steps from what it hopes for to what it settles for. */
function goalNow({ hopesFor, settlesFor }: Temperament, state: PriorityState, seat: SeatIndex): number {
  const all = Math.max(seat === 0 ? Math.ceil(state.turnLimit / 2) : Math.floor(state.turnLimit / 2), 2);
  const gone = (all - turnsLeft(state, seat)) / (all - 1);
  return hopesFor + (settlesFor - hopesFor) * gone;
}

function shouldAccept(state: PriorityState, seat: SeatIndex, felt: Triple, goal: number): boolean {
  const offer = standingOffer(state, seat);
  if (!offer) return false;
  const isLast = turnsLeft(state, seat) === 1;
  const needed = isLast ? Math.max(LEAST_LAST_OFFER, goal - 6) : goal;
  return worth(felt, offer) >= needed;
}

/** Answers a question, or one of the temperament's acts by its chance; null to bargain. Nobody chats in the last turns. */
function drawAct(
  temperament: Temperament,
  state: PriorityState,
  seat: SeatIndex,
  random: RandomStream,
): Strategy | null {
  const table = advisedTable(state, seat);
  const heard = state.lastAction;
  if (heard?.kind === 'ask' && random.uniform() < temperament.candour) {
    const answers: readonly Family[] =
      heard.rank === 'most' ? ['tellMost', 'tellMost', 'appeal'] : ['tellLeast', 'spare'];
    return drawOf(random.pick(answers), table, random);
  }
  if (heard?.kind === 'small-talk' && random.uniform() < temperament.candour / 3) {
    return drawOf('smallTalk', table, random);
  }
  if (heard?.kind === 'appeal' && random.uniform() < temperament.candour / 4) return drawOf('empathise', table, random);
  if (turnsLeft(state, seat) <= 2) return null;
  let left = random.uniform();
  for (const family of Object.keys(temperament.acts) as Family[]) {
    // keys of a record by family
    left -= temperament.acts[family] ?? 0;
    if (left < 0) return drawOf(family, table, random);
  }
  return null;
}

/** The share to ask for: what reaches the goal and, for those who trade, seems best for the partner. */
function planShare({ skill }: Temperament, state: PriorityState, seat: SeatIndex, felt: Triple, goal: number): Triple {
  if (skill === 'splits-evenly') return evenShare(PACKAGES, felt);
  const partner: Triple = skill === 'trades' ? guessValues(state, otherSeat(seat)) : [4, 4, 4];
  const wanted = Math.min(goal, RAW_OF_ALL);
  const nameable = ALL_SHARES.filter((share) => share.filter((amount) => amount > 0).length >= 2 || share.includes(3));
  const enough = nameable.filter((share) => worth(felt, share) >= wanted);
  const liking = (share: Triple) => worth(partner, restOf(share)) + worth(felt, share) / 100;
  return enough.reduce<Triple>((best, share) => (liking(share) > liking(best) ? share : best), PACKAGES);
}

/** What the partner's items may be worth to it: what it said first, else what it claims in its proposal. */
function guessValues(state: PriorityState, partner: SeatIndex): Triple {
  const { most, least } = state.told[partner];
  const claimed = state.proposals[partner] ?? [0, 0, 0];
  const score = (item: 0 | 1 | 2) => (item === most ? 10 : item === least ? -10 : 0) + claimed[item];
  const ordered = ITEM_INDICES.toSorted((one, other) => score(other) - score(one));
  const values: Triple = [4, 4, 4];
  ordered.forEach((item, rank) => {
    const isTied = ITEM_INDICES.some((other) => other !== item && score(other) === score(item));
    if (!isTied) values[item] = WORTH_OF_RANK[rank] ?? 4;
  });
  return values;
}

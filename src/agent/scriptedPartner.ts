import type { RandomStream } from '../base/random.ts';
import type { SeatIndex } from '../record/scenario.ts';
import { allocations, nashShare, worth } from '../environment/negotiation/division.ts';
import { sayOffer, sayWords } from '../environment/negotiation/speech.ts';
import { ownProposal, standingOffer } from '../environment/negotiation/state.ts';
import type { NegotiationState } from '../environment/negotiation/state.ts';
import type { Triple } from '../environment/negotiation/schemas.ts';

/** What a scripted seat says. It reads its own values and the proposals, never the other seat's values. */
export type ScriptedPartner = (state: NegotiationState, seat: SeatIndex, random: RandomStream) => string;

const GREEDY_ACCEPTS_FROM = 6;
const FAIR_ACCEPTS_FROM = 5;

/** Partners of known character, for evaluation: the name after `scripted:`. */
export const SCRIPTED_PARTNERS = {
  /** Every legal proposal and accepting are equally likely. */
  random(state, seat, random) {
    const { counts } = state.scenario;
    const choices: (Triple | 'accept')[] = allocations(counts);
    if (standingOffer(state, seat)) choices.push('accept');
    const choice = random.pick(choices);
    return choice === 'accept' ? accept(state, seat, random) : propose(choice, counts, random);
  },

  /** Asks for all it values and never moves; accepts what is worth enough. */
  greedy(state, seat, random) {
    const { counts, values } = state.scenario;
    const own = values[seat];
    if (isWorthAtLeast(GREEDY_ACCEPTS_FROM, state, seat)) return accept(state, seat, random);
    const wanted = (kind: 0 | 1 | 2) => (own[kind] > 0 ? counts[kind] : 0);
    return propose([wanted(0), wanted(1), wanted(2)], counts, random);
  },

  /** Proposes the Nash split under its guess of the partner's values; accepts half of what it could get. */
  fair(state, seat, random) {
    const { counts, values } = state.scenario;
    if (isWorthAtLeast(FAIR_ACCEPTS_FROM, state, seat)) return accept(state, seat, random);
    return propose(nashShare(counts, values[seat], guessPartnerValues(state, seat)), counts, random);
  },

  /** Accepts whatever is offered; until then it only asks. */
  'always-accept': (state, seat, random) =>
    standingOffer(state, seat) ? accept(state, seat, random) : say('ask', state, seat, random),

  /** Never says anything that matters. */
  silent: () => 'hmm',
} as const satisfies Record<string, ScriptedPartner>;

export type ScriptedPartnerName = keyof typeof SCRIPTED_PARTNERS;

/** At first every item is as good as another; what the partner claimed for itself counts double. */
function guessPartnerValues(state: NegotiationState, seat: SeatIndex): Triple {
  const claimed = ownProposal(state, seat === 0 ? 1 : 0) ?? [0, 0, 0];
  const guess = (kind: 0 | 1 | 2) => (claimed[kind] > 0 ? 2 : 1);
  return [guess(0), guess(1), guess(2)];
}

function isWorthAtLeast(points: number, state: NegotiationState, seat: SeatIndex): boolean {
  const offer = standingOffer(state, seat);
  return offer !== null && worth(state.scenario.values[seat], offer) >= points;
}

function accept(state: NegotiationState, seat: SeatIndex, random: RandomStream): string {
  return say('accept', state, seat, random);
}

function say(words: 'accept' | 'ask', { scenario }: NegotiationState, seat: SeatIndex, random: RandomStream): string {
  return sayWords(words, undefined, { counts: scenario.counts, values: scenario.values[seat] }, random);
}

function propose(share: Triple, counts: Triple, random: RandomStream): string {
  return sayOffer(share, counts, 'plain', random);
}

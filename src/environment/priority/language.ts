import type { Template } from '../grammar.ts';

/**
 * The words of the game, their one home. Bodies say what an utterance does; an opener may stand before and a closer
 * behind, and neither means anything in the game. Slots: {x} {y} {z} items, {a} {b} {c} amounts, {me} {you} shares,
 * {who} companion, {reason} a reason of the speaker's story.
 */

/** Index of an item in `ITEMS` and in every `Triple`. */
export type Item = 0 | 1 | 2;
export const ITEM_INDICES: readonly Item[] = [0, 1, 2];
export const ITEMS = ['food', 'water', 'firewood'] as const;

export const COMPANIONS = ['kids', 'dog', 'friends', 'wife'] as const;

type PerItem = readonly [readonly string[], readonly string[], readonly string[]];
/** Why somebody needs an item: continues “we”. */
export const NEEDS: PerItem = [
  ['eat a lot', 'get hungry', 'lost our lunch', 'cook all day'],
  ['drink a lot', 'get thirsty', 'lost our bottles', 'walk all day'],
  ['get cold', 'sleep in the cold', 'lost our coats', 'cook at night'],
];
/** Why somebody can do without an item: continues “we”. */
export const SPARES: PerItem = [
  ['eat little', 'have a big lunch'],
  ['drink little', 'have big bottles'],
  ['sleep in the car', 'have warm coats'],
];

const WANT = '(keep|take|want|ask for)';
const THE = '(the|all the)';
const SAY = '(say|tell them)';
const ASK = '(ask|ask them)';

/** How a strategist may word each family. At most ten words; no text belongs to two families. */
export const STRATEGIES = {
  keepOne: [`${WANT} only ${THE} {x}( leave the rest|)`],
  keepTwo: [`${WANT} ${THE} {x} and {y}( leave the {z}|)`],
  keepSplit: [`(keep|take|want) ${THE} {x} (and|but) (split|share) the {y}`],
  splitOne: ['(split|share) the {x} (now|then|with them)', '(now|then|only) (split|share) the {x}'],
  takeTwo: [`${WANT} {a} {x} and {b} {y}( leave the rest| only|)`],
  takeThree: ['(keep|want|take|get|offer to take|ask for) {a} {x} {b} {y} (and|) {c} {z}'],
  trade: ['(trade|give) (the|all the|your) {x} for (the|all the|their) {y}'],
  give: ['(give|leave) them (the|all the) {x}( now| then|)'],
  concede: ['(drop|give) (1|one|one more) {x}( now| then|)'],
  oneMore: ['(ask for|want|say you want) (1|one) more {x}( now| then|)'],
  hold: ['(keep|say|keep to) (your|your last) (offer|deal)( now|)'],
  even: ['(split|share) (everything|it all) (evenly|evenly now|evenly then)'],
  all: ['(keep|take|want|ask for) (everything|it all|all of it)'],
  accept: ['(accept|take|agree to) (the|their|this) (offer|deal)'],
  reject: ['(reject|say no to) (the|their|this) (offer|deal)'],
  askMost: [`${ASK} what they (need|want) (most|most of all|most here)`],
  askLeast: [`${ASK} what they (need|want) (least|least of all|least here)`],
  tellMost: [`${SAY} (the|) {x} matters most( to you|)`, `${SAY} you (need|want) {x} most`],
  tellLeast: [`${SAY} (the|) {x} matters least( to you|)`, `${SAY} you (need|want) {x} least`],
  appeal: [`${SAY} why you (need|want) (the|more|) {x}`],
  spare: [`${SAY} why you (can spare|can give|don't need) (the|) {x}`],
  empathise: ['(feel with them|say you feel with them|say you understand|understand them)( now| here| then|)'],
  smallTalk: ['(talk of the|ask of the|say you love the) (trip|day|night)( now|)'],
  warn: ['(warn them|warn|say|tell them) you (can|could) (leave|walk away)'],
  walkAway: ['(walk away|leave|go home)( now| then| with no deal|)'],
} as const satisfies Readonly<Record<string, readonly Template[]>>;

export type Family = keyof typeof STRATEGIES;

/** Stand before a body; `greeting` only in somebody's first turn. */
export const OPENERS = {
  greeting: '(Hi|Hi there|Good day|Well|Okay|Okay then)',
  soft: '(Okay|Well|So|Right|Thanks|Okay then|Well then|Right then|So then)',
  blunt: '(Look|Listen|Come on|Now look|Now listen|Look here|Listen here|Well)',
} as const;

/** Stand behind a proposal that is no question. */
export const PROPOSAL_CLOSERS =
  '((Is that|Is it) (okay|fair|good|a deal)( for you|)?|(That|This|It) is (fair|good|okay|right)( to me|).|(What do you think|What do you say|Do you agree)?|Please (think|agree|take it).|(Think about|Look at) (it|that)( please|).|Take it or leave it.)';
/** Stand behind what somebody tells about itself or refuses. */
export const CLOSERS =
  '((That|It) matters( a lot| to me| to us| here|).|Please (think|think about it|be fair|understand|listen).|(We can|I want to) (be fair|get a deal|get a fair deal)( now| here| then|).)';
/** Stand behind a question about the partner. */
export const QUESTION_CLOSERS =
  '((That|It) matters( a lot| to us| to me|).|Please (tell me|say it|be fair).|(I want to|We can) (be fair|understand|get a fair deal|get a deal).)';

/** {me} is the speaker's share in words, {you} the partner's. Questions bring no closer of their own. */
export const PROPOSALS: readonly Template[] = [
  "(I take|I get|I keep|I want|I'll take|I'll keep) {me}, (you|and you) (take|get|keep|have|can have) the rest",
  "(I take|I get|I keep|I want|I'll take|I'll keep) {me}, (and|) the rest is for you",
  '(you|you can) (take|get|keep|have) {you}, (and|) (I take|I get|I keep|I want) the rest',
  '(give|leave) me {me} and (keep|take|have) the rest',
  '(my|my last) (offer|deal) is {me} for me (and|,) the rest for you',
  '(say|how about|what about) {me} for me and the rest for you',
  '{me} for me (and|,) (the rest|all the rest) for you',
  '{you} for you (and|,) (the rest|all the rest) for me',
  "(I give|I'll give|I can give|I leave|I'll leave|I could give) you {you} and (keep|take) the rest",
];
export const PROPOSAL_QUESTIONS: readonly Template[] = [
  '(can|could) I (have|get|take|keep) {me} (and|if) you (take|get|keep) the rest?',
  'what if I (take|get|keep|have) {me} and you (take|get|keep|have) the rest?',
  'what if you (take|get|keep|have) {you} and I (take|get|keep|have) the rest?',
  '(can|could) you (take|accept|agree to) {you} if I (keep|take|get) the rest?',
];
export const CLAIM_ALL: readonly Template[] = [
  "(I take|I want|I need|I keep|I'll take|I'll keep|give me|leave me) (everything|it all|all of it|all of this)",
  '(everything|all of it|all of this) is (for me|mine)',
];
export const GIVE_ALL: readonly Template[] = [
  "(you can have|you take|you get|take|keep|you can keep|I give you|I'll give you) (everything|it all|all of it|all of this)",
  '(everything|all of it|all of this) is for you',
];

/** Everything else that can be said, by what it does. */
export const BODIES = {
  insist: [
    "(I keep|I keep to|I'll keep|I'll keep to) (my|my last) (offer|deal)",
    '(my|my last) (offer|deal) is (still good|still fair|still here|still okay|still right)( now|)',
  ],
  accept: [
    "(yes|good|okay|right|thanks), (I accept|I'll accept|I agree|we have a deal|you have a deal|I'll take it|I can accept that|it is a deal)( then| now|)",
    "(I accept|I'll accept|I agree to|I'll take|I can accept|I can take) (your|that|the|this) (offer|deal)( then| now|)",
    '(your|that|the|this) (offer|deal) is (good|okay|fair|right)( for me|), (I accept|I agree|I take it)( then| now|)',
  ],
  reject: [
    "(no|sorry|no thanks|sorry but no), (I can't accept that|I can't agree to that|that is not enough|I need more|that is too little|I want more)( for us| now| here|)",
    '(your|that|this) (offer|deal) is (not enough|too little|a joke|not fair|bad|not good)( for me| for us| here|)',
    "(I|we) can't (accept|agree to|take) (your|that|this) (offer|deal)( now| here|)",
  ],
  askMost: [
    '(what|which item) do you (need|want) (most|the most|most of all)( here|)?',
    '(what|which item) matters (most|the most) (to|for) (you|you all|you here)?',
    '(can|could) you (tell me|say) (what|which item) you (need|want) (most|the most)( here|)?',
  ],
  askLeast: [
    '(what|which item) do you (need|want) (least|the least|least of all)( here|)?',
    '(what|which item) matters (least|the least) (to|for) (you|you all|you here)?',
    '(what|which item) (can|could) you (spare|drop|give)( here|)?',
    '(can|could) you (tell me|say) (what|which item) you (need|want) (least|the least)( here|)?',
  ],
  tellMost: [
    '(I|we) (need|want) (the|) {x} (most|the most|most of all)( here|)',
    '(the|for me the|for us the) {x} matters (most|the most|most of all)( here|)',
    '(what|the item) (I|we) (need|want) most is (the|) {x}',
  ],
  tellLeast: [
    '(I|we) (need|want) (the|) {x} (least|the least|least of all)( here|)',
    '(the|for me the|for us the) {x} matters (least|the least|least of all)( here|)',
    '(what|the item) (I|we) (need|want) least is (the|) {x}',
  ],
  appeal: [
    '(we|my {who} and I) {reason}, (so|and so) (I|we) (need|want) (the|more|some) {x}',
    '(I|we) (need|want) (the|more|some) {x} here, (we|my {who} and I) {reason}',
    'please think of us with the {x}, (we|my {who} and I) {reason}',
  ],
  spare: [
    "(we|my {who} and I) {reason}, (so|and so) (I|we) (need little|don't need a lot of|can spare some|can give some) {x}",
    "(I|we) (need little|don't need a lot of|can spare some|can give some) {x} (here|now), (we|my {who} and I) {reason}",
  ],
  empathise: [
    '(I|I do|we|we do) (understand|feel for|feel with) (you|you all|you there)( now|)',
    '(that|it) is (hard|bad|so hard|so bad|too bad|too hard)( for you| for you all| for all of you|)',
    "(I'm|I am|we are|so) sorry (about that|about it|for you|for you all)( now| here|)",
  ],
  smallTalk: [
    '(I|we|my {who} and I) (love|do love) (camping|this trip|it here)( a lot|)',
    'camping (here|) with my {who} is (good|hard|so good|so hard)( now|)',
    '(is this|is it) your last (trip|day|night)( here|)?',
    '(it is|what) a (good|warm|cold) (day|night|trip) for (camping|my {who}|all of us)( here|)',
    'who is (camping|here) with you( now| here|)?',
  ],
  warn: [
    '(I|we) (can|could) (walk away|leave|go home|go)( now| then| if this is all)',
    '(be fair|offer more|give more) or (I|we) (walk away|leave|go home|go)( now|)',
    'one more bad (offer|deal) and (I|we) (walk away|leave|go home|go)( now|)',
  ],
  walkAway: [
    '(I|we) (walk away|leave|go home)( now|), (bye|no deal|that is all|that is enough)( then|)',
    '(no deal|bye|that is all|that is enough|no thanks), (I|we) (walk away|leave|go home)( now| then|)',
  ],
} as const satisfies Readonly<Record<string, readonly Template[]>>;

export type BodyKind = keyof typeof BODIES;

/** What somebody says who does not play along. {n} is more than there is. */
export const NOISE: readonly Template[] = [
  '...',
  '(what|how|who|why)( what| how|)(?|...)',
  '(dog|car|cold|warm) (dog|car|lunch|wife) (night|car|coats|lunch)( dog| day|)',
  '(I|we) (want|take|need|get) {n} {x} and {n} {y}( now|).',
  'you are a (joke|dog|bad dog|bad joke)( now|).',
  '(the|your) (dog|car|lunch|wife) is (hungry|thirsty|cold)( here|).',
  '(so|and|well) (so|and|then)( the|)...',
  '(no|yes) (no|yes) (no|what|why).',
];

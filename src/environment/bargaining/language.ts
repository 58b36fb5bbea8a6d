import type { Template } from '../grammar.ts';

/**
 * The words of the bargain: every item, strategy and utterance has its one home here, so that the vocabulary stays small.
 * `{high}` and other words that buyers and sellers use the other way round are in `SIDE_WORDS`.
 */

export const ITEMS = ['bike', 'lamp', 'phone', 'chair', 'table', 'desk', 'camera', 'clock', 'guitar', 'radio', 'mirror', 'tent', 'sofa', 'rug', 'bag', 'drum', 'fan', 'shelf', 'piano', 'game'] as const; // prettier-ignore
export const FLAWS = ['scratch', 'stain', 'mark', 'crack'] as const;
export const MERITS = ['clean', 'strong', 'rare', 'modern'] as const;
export type Item = (typeof ITEMS)[number];
export type Flaw = (typeof FLAWS)[number];
export type Merit = (typeof MERITS)[number];

/** How each strategy is written. `{price}`, `{flaw}` and `{merit}` are copied, all else is looked up on the board. */
// prettier-ignore
export const STRATEGIES = {
  offer: ['(offer|say|name|go to) {price}(| now)', '(offer|say|name) (a|the) price of {price}'],
  middle: ['(meet in|meet them in|go to|offer|say|name) the middle(| now)', '(offer|say|name) the middle price(| now)'],
  step: ['(make|take|offer|move) (a|one) small step(| now| to them)'],
  jump: ['(make|take|offer|move) (a|one) big step(| now| to them)'],
  startLow: ['(start|open) (|very )low(| now)', '(start|open) with a (|very )low (price|offer)(| now)'],
  startHigh: ['(start|open) (|very )high(| now)', '(start|open) with a (|very )high (price|offer)(| now)'],
  startFair: ['(start|open) (|very )fair(| now)', '(start|open) with a (|very )fair (price|offer)(| now)'],
  argueFlaw: ['(offer|say|name) {price} (because of|and mention|for) the {flaw}', '(mention|show) the {flaw} and (offer|say|name) {price}'],
  argueMerit: ['(offer|say|name) {price} (because|and say|and mention) it is {merit}', '(say|mention) it is {merit} and (offer|say|name) {price}'],
  hold: ['(hold|stay|be) firm(| now)', '(hold|stay at|repeat) your (|last )price(| now)', 'do not move(| now)'],
  final: ['(make|say|give) (a|your) final offer of {price}', '(offer|say|name) {price} as your (final|last) (price|offer)'],
  accept: ['(accept|take) (it|their (price|offer)|the deal)(| now)', '(agree|say yes)(| now| to it| to the deal)'],
  decline: ['(say no|reject (it|the offer|the price|their (offer|price))) (nicely|in a nice way)'],
  refuse: ['(say no|reject (it|the offer|the price|their (offer|price))) (firmly|in a firm way)'],
  askLimit: ['ask (|them )(for|about|what is) their (limit|best price)(| now)'],
  askReason: ['ask (|them )why(| now)', 'ask (|them )(for|about) (a|the|their) reason(| now)'],
  askCondition: ['ask (|them )(about|for) (a|the) problem(| now)', 'ask (|them )how good it is(| now)'],
  askPrice: ['ask (|them )for (a|their|the) price(| now)', 'ask them to name a price(| now)', 'let them (start|open)(| now)'],
  press: ['ask (|them )for a better (price|offer)(| now)', 'ask them to make a better (price|offer)(| now)'],
  flaw: ['(mention|show|say it has|tell them about) (a|the) {flaw}(| now)'],
  merit: ['(say|mention|tell them) (|that )it is (|so |very ){merit}'],
  rivalSeller: ['(mention|tell them about|say there is|say you have|say you know) another seller(| now)'],
  rivalBuyer: ['(mention|tell them about|say there is|say you have|say you know) another buyer(| now)'],
  patience: ['(say|mention|tell them) (|that )you (can wait|have time)(| now)'],
  need: ['(say|mention|tell them) (|that )you (need the money|have no money)(| now)'],
  warn: ['(say|mention|tell them) (|that )you (may|could) (leave|go)(| now)'],
  reveal: ['(reveal|tell them|say|show) your (|real )limit(| now)', '(show|give) them your (|real )limit'],
  bluff: ['(say|tell them) (|that )(your (|real )limit is {price}|{price} is your (|real )limit)'],
  walkAway: ['(leave|walk away|go|stop)(| now| with no deal)'],
  friendly: ['(be|stay) (very |)(nice|friendly)(| now| to them)'],
} as const satisfies Readonly<Record<string, readonly Template[]>>;

export type Family = keyof typeof STRATEGIES;
/** Every family, in the order above. */
export const FAMILIES = Object.keys(STRATEGIES) as readonly Family[]; // the keys of the literal above

const OPENER = '(||||||well,|okay,|look,|listen,|hey,|my friend,)';
const FOR_IT = '(|| for (it|this|the {item}))';
const I_WOULD = "(I (can|could|would|will)|I'll)";
const AFTER_PRICE =
  "(|||||||Is that okay?|What do you say?|Please say yes.|It's a good price.|That is fair.|Don't waste my time.|Can we agree?)";
const AFTER_WORDS = "(|||||Come on.|Please be fair.|You know that.|Don't waste my time.|That is all.)";
const AFTER_QUESTION = "(|||||Please tell me.|Come on.|Tell me now.|Don't waste my time.)";
const AFTER_DEAL = '(|||||Thank you.|I like it.|Thank you, my friend.|You are good.)';
const AFTER_GOODBYE = "(|||||I'm sorry.|Thank you.|That is all.|Don't waste my time.)";

const LETS_SAY = `(how about|what about|let's say) {price}${FOR_IT}?`;
const BUYER_OFFER = `(${I_WOULD} (pay|offer|give you|do) {price}${FOR_IT}.|(would|could|can|will) you take {price}${FOR_IT}?|my (offer|price) is {price}${FOR_IT}.|${LETS_SAY}|{price} (is|would be) (fair|good|okay)${FOR_IT}.)`;
const SELLER_OFFER = `(${I_WOULD} (sell it|sell the {item}|give you the {item}) for {price}.|you can (have|take) (it|this|the {item}) for {price}.|(would|could|can|will) you (pay|give me) {price}${FOR_IT}?|(my price is|I want|I need) {price}${FOR_IT}.|${LETS_SAY}|{price} (is|would be) (fair|good|okay)${FOR_IT}.)`;
const MIDDLE = `((let's|we can|we could) meet in the middle at {price}${FOR_IT}.|the middle is {price}${FOR_IT}.|{price}${FOR_IT} is (in |)the middle.|let's (take|say) the middle, {price}${FOR_IT}.)`;
const STEP = `(${I_WOULD} (move|go|come) (a little |)to {price}${FOR_IT}.|okay, {price}${FOR_IT}.|(a|one) small step (for you|more), {price}${FOR_IT}.|${I_WOULD} (make|take) a small step to {price}.)`;
const JUMP = `(${I_WOULD} (make|take) (a|one) big step to {price}${FOR_IT}.|(a|one) big step (for you|more), {price}${FOR_IT}.|${I_WOULD} (move|go|come) all the way to {price}.)`;
const HOLD = `(I (|will )(stay|hold) at {price}${FOR_IT}.|(my (offer|price) is|it's) still {price}${FOR_IT}.|I (can't|don't|will not) move from {price}.|I still say {price}${FOR_IT}.)`;
const FLAW_OFFER = `((it has|there is|I see) a {flaw}, so (I can pay|I'll pay|I offer|my offer is|how about|let's say) {price}.|${I_WOULD} (pay|offer|give you|do) {price} because of (the|that|this) {flaw}.)`;
const MERIT_OFFER = `((it is|it's|the {item} is) (so |very |){merit}, so (I want|I need|my price is|how about|let's say) {price}.|(I want|I need|my price is) {price} because (it is|it's|the {item} is) (so |very |){merit}.)`;
const FINAL = `(my (final|last) (offer|price) is {price}${FOR_IT}.|{price}${FOR_IT} is my (final|last) (offer|price).|(I (can|could|will)|I'll) (say|offer|do) {price}${FOR_IT}, and that is final.|{price}${FOR_IT}, take it or leave it.)`;
const ACCEPT =
  "((yes, |okay, |good, |)(I'll take it|(deal|I accept|I agree|it's a deal|we have a deal)(| at {price})).|I (|will )accept (that|it|your (offer|price)|{price}).|{price} is (good|okay|fair), (deal|I accept|I agree).)";
const DECLINE =
  "((I'm |)sorry, (|but )(that|{price}|your (offer|price)) is (|a little )too {high}(| for me).|(sorry|thank you), but I can't (accept|{pay}|do) (that|{price}).|thank you, but (that|{price}) is (|a little )too {high}(| for me).)";
const REFUSE =
  '((no|no way), (that|{price}|your (offer|price)) is (|much |way )too {high}(| for me).|(no|no way), (that is (a joke|crazy)|you are crazy|not at {price}|not for me).|(that|{price}|your (offer|price)) is (a joke|crazy).|I will not (accept|{pay}) (that|{price}).)';
const ASK_LIMIT =
  '(what is your (limit|best price|{theirTop} price)(| for (it|the {item}))?|(tell me|name) your (limit|best price|{theirTop} price).|how {theirHigh} (can|could|would|will) you go?|what is the {theirMost} you (can|could|would) {theirPay}?)';
const ASK_REASON =
  '(why (that price|so {high}|do you (say|want) (that|{price})|{price})?|what is (the|your) reason(| for (that|{price}))?|tell me (why|why not|(the|your) reason(| for (that|{price}))).)';
const ASK_CONDITION =
  '(is there a problem(| with (it|the {item}))?|is (it|the {item}) (okay|good|very good)?|what is the problem( with (it|the {item})|)?|how good is (it|the {item})?)';
const ASK_PRICE = `(what is your (price|offer)${FOR_IT}?|(tell me|name|say) your (price|offer)${FOR_IT}.|how much (would|will|do) you {theirPay}${FOR_IT}?)`;
const PRESS =
  '((can|could|would) you (do better|go {lower}|move a little|make a better offer)(| for me)?|I need a better (price|offer).|(make|give) me a better (price|offer).|you can do (better|much better).|is that all?)';
const TELL_FLAW =
  "((it has|there is|I see|I don't like) (a|the|that) {flaw}(| on (it|the {item})).|(the|that|this) {flaw} is (a problem|not nice|not good|too big)(| for me).|the {item} has a (big |){flaw}.)";
const TELL_MERIT =
  "((it's|it is|the {item} is|this {item} is) (so |very |){merit}.|you (can see|see|know) how {merit} (it|the {item}) is.|(it's|this is) a (very |){merit} {item}.)";
const RIVAL_SELLER =
  '((I know|there is|I have) another seller(| with (it|a {item}|a better price)).|another seller (has (it|a {item}|a better price)|will sell me a {item}).)';
const RIVAL_BUYER =
  '((I know|there is|I have) another buyer(| for (it|this|the {item})| with more money).|another buyer (will pay more|will take (it|the {item})|can pay more|has more money)(| now).)';
const PATIENCE =
  "(I (can wait|have time)(| for (it|this|a better price|a good deal)).|I have all day(| for (it|this)).|I can wait all day.|I don't need (it|this|a deal|the deal)( now|).)";
const NEED =
  "(I (|so |very much )need (the|more|my) money(| now).|I (have no|don't have (much|more)|have little) money(| now).|money is (a|my) (|big )problem(| for me)(| now).)";
const WARN =
  "(I (may|could|will) (leave|go|walk away)(| now) if you don't (move|do better|agree).|(move|be fair|do better|agree) or I (|will )(leave|go|walk away).|I (may|could) (leave|go|walk away)(| now).)";
const LIMIT =
  "(my (|real )(limit|{top} price) is {price}(| for (it|the {item})).|{price} is (my (|real )limit|the {most} I can {pay}|my {top} price).|I can't go {over} {price}(| for (it|the {item})).|the {most} I can {pay} is {price}.)";
const GOODBYE =
  "((so |then |)(I'll|I will) (leave|go|walk away)(| now).|(sorry, |)(no deal|there is no deal|we can't agree), (|so )(goodbye|I'll go|I'll leave|I'll walk away).|goodbye(| then|, my friend| and thank you).)";
const FRIENDLY =
  "((nice|good) to (meet|see) you(|, my friend).|how are you(| now|, my friend)?|(it's|this is) a (nice|good) day(| for a deal).|I like (you|this {item}|the {item})(|, my friend).|(you are|you look) (nice|fair|friendly)(|, my friend).)";

/** Words that buyers (first) and sellers use the other way round: `{high}` is what their price can be too much of. */
export const SIDE_WORDS: readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>] = [
  { high: 'high', pay: 'pay', top: 'highest', most: 'most', over: 'over', lower: 'lower', theirTop: 'lowest', theirHigh: 'low', theirMost: 'least', theirPay: 'take' }, // prettier-ignore
  { high: 'low', pay: 'take', top: 'lowest', most: 'least', over: 'under', lower: 'higher', theirTop: 'highest', theirHigh: 'high', theirMost: 'most', theirPay: 'pay' }, // prettier-ignore
];

/** How each side says it. */
export interface Utterances {
  readonly buyer: Template;
  readonly seller: Template;
}

const price = (body: Template) => `${OPENER} ${body} ${AFTER_PRICE}`;
const words = (body: Template) => `${OPENER} ${body} ${AFTER_WORDS}`;
const question = (body: Template) => `${OPENER} ${body} ${AFTER_QUESTION}`;
const both = (template: Template): Utterances => ({ buyer: template, seller: template });

/** How each strategy is said. */
export const UTTERANCES: Readonly<Record<Family, Utterances>> = {
  offer: { buyer: price(BUYER_OFFER), seller: price(SELLER_OFFER) },
  middle: both(price(MIDDLE)),
  step: both(price(STEP)),
  jump: both(price(JUMP)),
  startLow: both(price(BUYER_OFFER)),
  startHigh: both(price(SELLER_OFFER)),
  startFair: { buyer: price(BUYER_OFFER), seller: price(SELLER_OFFER) },
  argueFlaw: both(price(FLAW_OFFER)),
  argueMerit: both(price(MERIT_OFFER)),
  hold: both(price(HOLD)),
  final: both(`${OPENER} ${FINAL} (|||Come on.|Please say yes.|That is fair.)`),
  accept: both(`(||||well,|look,|my friend,|hey,) ${ACCEPT} ${AFTER_DEAL}`),
  decline: both(words(DECLINE)),
  refuse: both(words(REFUSE)),
  askLimit: both(question(ASK_LIMIT)),
  askReason: both(question(ASK_REASON)),
  askCondition: both(question(ASK_CONDITION)),
  askPrice: both(question(ASK_PRICE)),
  press: both(words(PRESS)),
  flaw: both(words(TELL_FLAW)),
  merit: both(words(TELL_MERIT)),
  rivalSeller: both(words(RIVAL_SELLER)),
  rivalBuyer: both(words(RIVAL_BUYER)),
  patience: both(words(PATIENCE)),
  need: both(words(NEED)),
  warn: both(words(WARN)),
  reveal: both(words(LIMIT)),
  bluff: both(words(LIMIT)),
  walkAway: both(`${OPENER} ${GOODBYE} ${AFTER_GOODBYE}`),
  friendly: both(`${OPENER} ${FRIENDLY}`),
};

/** What somebody says who does not play along. None of it is a commitment. */
export const NONSENSE =
  '(blah blah(| blah).|the (cat|money|day|{item}) is (nice|big|crazy|sorry).|(you are|what) a (joke|big joke)!|(you|they) are (crazy|a joke|rare)!|(step|day|cat|way|time) (friend|time|cat|step|{item})( blah| cat| now|).)';
/** `{price}` has three digits. */
export const IMPOSSIBLE =
  "((I'll pay|I want|how about|my offer is|take) {price}(| for (it|the {item})).|you give me {price} and the {item}.)";
export const SILENCE = '(...|so...|well...)';

import type { Template } from '../grammar.ts';
import type { ActKind, Role } from './action.ts';
import type { Tone } from './words.ts';

/** How a body goes on: a question, something offered or wanted, or an answer. */
export const STYLES = ['question', 'offer', 'answer'] as const;
export type Style = (typeof STYLES)[number];
export type Bodies = Readonly<Partial<Record<Style, readonly Template[]>>>;

/** Every word of every utterance but the names of things. Long because it is a table: one entry per act. */
const SHARED: Readonly<Partial<Record<ActKind, Bodies>>> = {
  accept: {
    answer: [
      "(yes|sure|okay|fine|alright|good), (it's a deal|I agree|I agree to that|let's do that|let's do it|I'll take it)",
      '(yes|sure|okay|fine|alright|good), that (works|sounds good|is fine|is good) (for|to) me',
      'you have (a deal|my word|my yes)',
      "(then |)it's a deal",
    ],
  },
  reject: {
    answer: [
      "no, (that doesn't work|that's not good|that's too bad|that's not enough) for me",
      "(no, |)I (can't|won't|don't want to) (do that|agree to that|take that)",
      '(no, |)I (want|like|need) something (else|better)',
      '(no, |)not (like that|this way|for that)',
    ],
  },
  leave: {
    answer: [
      "(forget it|never mind|that's enough|let's stop here), (I'm done|I have to go|goodbye|bye)( now|)",
      "(forget it|never mind|that's enough|let's stop here), I'll (find another way|do it without you|ask somebody else)",
      'I (have to|must) (go|leave|stop) now, (goodbye|bye)',
    ],
  },
  sorry: {
    answer: [
      "I'm (so|really|very) sorry (for my words|about that|for my tone|if I was rude)",
      'forgive me (for my words|for that|for my tone|if I was rude)',
      'I was (rude|bad|not nice), (so |)sorry',
      'that was (rude|bad) of me, (forgive me|sorry)',
    ],
  },
  thank: {
    answer: [
      '(thank you|thanks) (so much|a lot|very much) for (your time|listening|talking to me|being so kind)',
      "(it's|that's) (so |very |really |)(kind|nice) of you, (thank you|thanks)",
      "you're (so |very |really |)(kind|nice) to me, (thank you|thanks)",
      'I (really |do |)like that you (listen|are so kind|are here|take the time)',
    ],
  },
  talk: {
    answer: [
      "(it's |what )a (nice|good|long|cold|warm) day( today|)",
      'the weather is (so |very |really |)(nice|good|bad|cold|warm)( today|)',
      'I (had|have had) a (nice|good|long|bad) (day|week|morning)( so far|)',
    ],
    question: [
      'how (are you|is it going|was your day|was your week)( so far| today|)',
      '(did you have|have you had) a (nice|good|long) (day|week|morning)( so far|)',
    ],
  },
  pay: {
    offer: [
      'I (can|could|will|would) (pay|give|offer) you {amount} dollars( for it| for your time|)',
      "(you can have|you get|I'll give you|take) {amount} dollars( from me|)( for it| for your time|)",
    ],
    question: [
      '(how about|what about|would you do it for|would you take|are you fine with) {amount} dollars( for it| from me|)',
    ],
  },
  help: {
    offer: [
      'I (can|could|will|would) (help you|give you a hand) with the {chore}( for it| in return| later|)',
      "(you get|I'll give you|I offer you|take) (my help|a hand) with the {chore}( for it| in return| later|)",
    ],
    question: [
      '(how about|what about|would you take|are you fine with) (my help|a hand) with the {chore}( for it| in return|)',
    ],
  },
  why: {
    answer: [
      "(you see, |)(it's|that's) (for|because of) my {reason}( today| tomorrow|)",
      '(you see, |)I (need it|want it|ask) (for|because of) my {reason}( today| tomorrow|)',
      '(the|my) (real |only |)reason is my {reason}( today| tomorrow|)',
      '(you see, |)I have (my|a big) {reason}( today| tomorrow|)',
    ],
  },
  what: {
    question: [
      'what (would|do) you (need|want) (for it|in return|from me)',
      'what (can|could|should) I (do|give|offer) (for it|in return|you)',
      'is there (something|anything) (that |)you (need|want|would like)( for it| in return|)',
    ],
  },
  charge: {
    offer: [
      'I (want|need|would like|have to ask for) {amount} dollars( for it| for my time| from you|)',
      "(it costs|that's|it would be|give me) {amount} dollars( for it| for my time| from you|)",
    ],
    question: ['(can|could|would|will) you (pay|give|offer) me {amount} dollars( for it| for my time|)'],
  },
  chore: {
    offer: [
      'I (want|would like|have to ask for) (some help|your help|a hand) with the {chore}( for it| in return| later|)',
    ],
    question: ['(can|could|would|will) you (help me|give me a hand) with the {chore}( for it| in return| later|)'],
  },
  need: {
    // The value of each is in `NEED_BODIES`.
    answer: [],
  },
  'ask-why': {
    question: [
      'why do you (need it|want it|need that|want that)( today| now|)',
      'why do you ask( me| for it| for that)',
      'what (is it for|do you need it for|do you want it for|is the reason|is your reason)( today|)',
      '(can|could|would|will) you tell me (why|the reason|your reason|what it is for)( first|)',
    ],
  },
  'ask-plan': {
    question: [
      'what are you (hiding from me|planning|planning for me)( now| today|)',
      '(can|could|would|will) you tell me (your|the|that) (secret|plan)( now| today|)',
      'what is (your|the|this|that) (secret|plan|big secret)( about|)',
    ],
    offer: ['I (want|would like|really want) to (know|hear) (your|the|that) (secret|plan)( now| today|)'],
  },
  guess: {
    question: [
      '(is it|could it be|is your secret|would it be) (about |maybe |)a {plan}( for me|)',
      'does it have to do with a {plan}( for me|)',
      'are you (thinking of|talking about) a {plan}( for me|)',
    ],
  },
  name: {
    answer: [
      "(I know|I'm sure|I can tell|now I know) (that |)(it's|it is) a {plan}",
      'my (last |)(answer|guess) is a {plan}( for sure|)',
      'it (must|has to) be a {plan}( for sure| after all|)',
    ],
  },
  accuse: {
    answer: [
      "(that's|that is|this is|that was) (a lie|not true|not the truth)( and you know it|)",
      "I (don't|can't) believe (you|that|a word of it)( at all| this time|)",
      "you're not (honest|telling the truth)( to me|)",
    ],
  },
  deny: {
    answer: [
      "no, (it's|it is) (not that|nothing like that|something else)( at all|)",
      "no, (that's|that is) (not it|not right|a bad guess)( at all|)",
      '(cold|bad) guess, (try again|not that one|it is something else)',
    ],
  },
  claim: {
    answer: [
      "(you got me, |to tell you, |you win, |)(it's|it is) a {plan}( for you|)",
      '(the|my) (secret|plan|big secret) is a {plan}( for you|)',
      'I (have|am planning|am hiding) a {plan}( for you|)',
    ],
  },
  hint: {
    answer: [
      "(it's|it is|it could be|it might be) (maybe |)a {plan} or a {other}",
      "(I'll only say|I can only say|I say only) a {plan} or a {other}",
      'think of a {plan} or a {other}( and guess|)',
      'one of two: a {plan} or a {other}',
    ],
  },
  deflect: {
    question: [
      '(how about|what about|shall we try) (some food|a walk|the weather|a game)( first| now|)',
      'did you (see|like) (the weather|the game)( today| this morning|)',
    ],
    answer: [
      "(that's|it's|this is) a (long|funny|bad) story( for another day|)",
      "(who knows|time will tell), (let's talk about|tell me about) (you|your day|the game|your week)",
    ],
  },
  refuse: {
    answer: [
      "I (can't|won't|must not|may not) (tell you|say|say that|talk about it)( yet| now| today|)",
      "(that's|this is|it's) (my secret|not for you)( for now| today|)",
      '(it|that) (must|has to) stay (a secret|with me)( for now|)',
    ],
  },
  day: {
    question: [
      '(how about|what about) {day}( for {activity}|)',
      '(is it okay to|shall we|can we) meet on {day}( for {activity}|)',
      '(could|would) {day} (work|be good|be fine)( for {activity}|)',
    ],
    offer: [
      "let's (meet|do it) on {day}( for {activity}|)",
      'I (want|would like|say|would take) {day}( for {activity}|)',
    ],
  },
  'ask-days': {
    question: [
      '(when|which day|what day) (are you free|do you have time|is good for you|works for you)( for {activity}|)',
      '(can|could|would|will) you tell me (your free days|when you are free|when you have time)( for {activity}|)',
    ],
  },
  free: {
    answer: [
      'I (am|should be|will be) free on {day}( for {activity}|)',
      'I (have|will have) (time|nothing to do) on {day}( for {activity}|)',
      '{day} (works|is fine|is good|is open) for me',
    ],
  },
  busy: {
    answer: [
      'I (am|will be) (busy|not free|not here) on {day}',
      "I (can't meet|have no time) on {day}",
      "{day} (is bad|doesn't work|is not good) for me",
    ],
  },
};

const RIDE: typeof SHARED = {
  beg: {
    question: ['(could|can|would|will) you (drive me|take me|give me a ride) to the {place}( today| later|)'],
    offer: ['I (need|want|would like|have to get) a (ride|lift) to the {place}( today| later|)'],
  },
  hour: {
    offer: ['I (can|could|will|would) (leave|go|be ready|start) at {hour}( for you| then|)'],
    question: ['(how about|what if|is it okay if) we (leave|go|start) at {hour}( then|)'],
  },
  time: {
    offer: ['I (want|have|would like) to (leave|go|start) at {hour}( then|)'],
    question: ['(can|could|would|will) you (leave|go|be ready|start) at {hour}( then|)'],
  },
  gift: {
    offer: [
      'I (can|could|will|would) (drive you|take you|give you a ride|bring you there) for (free|nothing)( today|)',
    ],
    answer: ['you can (have|get) (the|a|your) (ride|lift) for (free|nothing)( today| from me|)'],
  },
};

const LOAN: typeof SHARED = {
  beg: {
    question: [
      '(could|can|may) I (borrow|use|have|take) your {thing}( today| later| for a day|)',
      '(could|can|would|will) you (lend|give) me your {thing}( today| later| for a day|)',
    ],
    offer: ['I (need|want|would like) (to borrow |to use |)your {thing}( today| later| for a day|)'],
  },
  hour: {
    offer: ['I (can|could|will|would) (bring it back|return it|give it back) (at|by) {hour}( for you|)'],
    question: ['(how about|what if|is it okay if) I (bring it back|return it|give it back) (at|by) {hour}( then|)'],
  },
  time: {
    offer: ['I (want it back|want to have it back|would like it back) (at|by) {hour}( then|)'],
    question: ['(can|could|would|will) you (bring it back|return it|give it back) (at|by) {hour}( then|)'],
  },
  gift: {
    offer: ['I (can|could|will|would) (lend it to you|give it to you|let you have it) for (free|nothing)( today|)'],
    answer: ['you can (have|borrow|use|take) (it|my {thing}) for (free|nothing)( today|)'],
  },
};

const HOLDING: typeof SHARED = {
  // The value is which of the two stands in it.
  fact: { answer: [] },
};

/** What a role says for an act. */
export function bodiesOf(role: Role, kind: ActKind): Bodies {
  const own = role.startsWith('ride') ? RIDE : role.startsWith('loan') ? LOAN : HOLDING;
  return own[kind] ?? SHARED[kind] ?? {};
}

/** The acts whose value changes the whole body, by role and value. */
const TRUTH = '(to be honest|the truth is|honestly|to tell the truth),';
export const NEED_BODIES: Readonly<Record<string, (role: Role) => readonly Template[]>> = {
  pay: () => [`${TRUTH} I (need|must have) (at least |){amount} dollars( for it| for my time|)`],
  help: () => [`${TRUTH} I (need|must have) (some |your |)help with the {chore}( for it| in return|)`],
  hour: (role) =>
    role === 'loan-give'
      ? [`${TRUTH} I (need|must have) it back (at|by) {hour}( then|)`]
      : [`${TRUTH} I (need|have) to (leave|go|start) at {hour}( then|)`],
  why: () => [`${TRUTH} I (need|want|have) to (know|hear) (why|the reason|your reason)( first|)`],
  please: () => [`${TRUTH} I (need|want|must hear) a (kind|nice|polite|friendly) word (first|from you)`],
};

export const FACT_BODIES: Readonly<Record<string, readonly Template[]>> = {
  day: [
    "(it's|it is|it will be|it starts) on {day}( for sure|)",
    '(come|be there|keep time for it) on {day}( for sure|)',
    'the day (is|will be) {day}( for sure|)',
  ],
  place: [
    "(it's|it is|it will be|it starts) at the {place}( for sure|)",
    '(come|go|get) to the {place}( for it|)',
    'the place (is|will be) the {place}( for sure|)',
  ],
};

export const ASK_FACT_BODIES: Readonly<Record<string, readonly Template[]>> = {
  day: [
    '(when|on which day|on what day) (is it|will it be|does it start|do we meet)( then|)',
    '(can|could|would|will) you tell me (the day|when it is|only the day|which day)( at least|)',
  ],
  place: [
    '(where|at which place|at what place) (is it|will it be|does it start|do we meet)( then|)',
    '(can|could|would|will) you tell me (the place|where it is|only the place|which place)( at least|)',
  ],
};

/** What stands before and after a body. A polite or a blunt sentence has its mark before, after, or both. */
export const OPENERS: Readonly<Record<Tone, Readonly<Record<Style, Template>>>> = {
  plain: {
    question: '(||well, |so, |tell me, |(|hey |so ){name}, )',
    offer: '(||well, |so, |(|hey |so ){name}, )',
    answer: '(||well, |so, |(|hey |so ){name}, )',
  },
  polite: {
    question: '(excuse me, |sorry to ask, |if I may ask, |dear {name}, )',
    offer: '(if I may, |if I may ask, |sorry to ask, |dear {name}, )',
    answer: "(thank you, |that's kind, |thanks for asking, |dear {name}, )",
  },
  blunt: {
    question: '(look, |come on, |hurry up, |listen, |damn it, )',
    offer: '(look, |come on, |hurry up, |listen, |damn it, )',
    answer: '(look, |come on, |listen, |damn it, )',
  },
};

export const CLOSERS: Readonly<Record<Tone, Readonly<Record<Style, Template>>>> = {
  plain: { question: '(|||, by the way)', offer: '(|||||, you know)', answer: '(|||||, you know)' },
  polite: {
    question: "(, please|, if you don't mind|, if that's okay|, if I may ask)",
    offer: "(, please|, if you don't mind|, if that's okay|, if I may ask)",
    answer: "(, I hope that's okay|, if you don't mind|, and thank you)",
  },
  blunt: {
    question: '(, you fool|, or are you deaf|, and be quick|, for once)',
    offer: "(, you fool|, and that's that|, and be quick|, got it)",
    answer: "(, you fool|, and that's that|, so be quick|, got it)",
  },
};

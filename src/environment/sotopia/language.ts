import type { Template } from '../grammar.ts';

export const FAMILIES = ['propose', 'tell', 'accept', 'refuse', 'ask', 'chat', 'pass', 'leave'] as const;
export type StrategyFamily = (typeof FAMILIES)[number];

/** The strategies that rules can check. */
export const STRATEGIES = {
  propose: ['(propose|suggest|offer|push for|argue for) {value} (for|as) the {issue}'],
  tell: ['(say the words|mention|speak of|bring up) {phrase}'],
  accept: ['(accept|agree to|take up|say yes to) (what they propose|their offer|their proposal)'],
  refuse: ['(refuse|turn down|decline|reject) (what they propose|their offer|their proposal)'],
  ask: ['ask (what they want|what matters to them|about their reasons|what they need) (|first|now)'],
  chat: ['(build trust|be friendly|make small talk|show understanding) (|first|for a moment|now)'],
  pass: ['(say nothing|stay silent|keep quiet|let them wait) (|this time|now|for a moment)'],
  leave: ['(leave|end|walk away from|break off) the (conversation|talk) (|now)'],
} as const satisfies Readonly<Record<StrategyFamily, readonly Template[]>>;

/** In the language of strategies, but about nothing that is ever on a table here. */
export const FOREIGN_STRATEGIES: readonly Template[] = [
  '(propose|suggest|offer) (the moon|a comet|nine stars) for the weather',
  '(mention|speak of|bring up) the (seventh|eighth|ninth) planet of glass',
];

export const UTTERANCES = {
  propose: [
    '(How about|What about|I propose|I suggest|Let us take) {value}.',
    '{value}(| is what I want| is my offer).',
  ],
  tell: ['(You should know this|Listen|To be open with you): {phrase}.', '{phrase}(| is what it is).'],
  accept: ['Agreed(|, that is a deal| and thank you).', 'That works (|for me|well).', "It's a deal(|, then)."],
  refuse: ["(I can't|I won't) (agree to|take|accept) {values}.", '{values} is not (possible|for me).'],
  ask: [
    'What (matters|counts) most to you here?',
    'Tell me (|first), what do you need?',
    'Why do you see it that way?',
  ],
  chat: ['(I see|I understand) (how you feel|what you mean).', 'It is good (to talk|that we talk) (|about this).'],
} as const satisfies Readonly<Record<Exclude<StrategyFamily, 'pass' | 'leave'>, readonly Template[]>>;

export const NOISE: readonly Template[] = [
  '...',
  'La la la.',
  '{bracket}"action_type": "action", "argument": "(waves|sits down)"{end}',
  '{bracket}"action_type": "speak"',
  '{bracket}"action_type": "(think|speak)", "argument": ""{end}',
  'Hm, well, who knows.',
];

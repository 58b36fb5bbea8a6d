import type { Template } from '../../grammar.ts';

/** The better one first. */
export const LEVERS = ['red', 'blue'] as const;
export type Lever = (typeof LEVERS)[number];

export const NAMES = ['maria', 'tom', 'anna', 'ben', 'sara', 'omar', 'lily', 'john'] as const;
export const PLACES = ['in the hall', 'at the fair', 'on the boat', 'in the park'] as const;

/** The strategies, one family for each lever. */
export const STRATEGIES = {
  red: ['(pull|take|choose|try) the red (lever|one) (|now|again)'],
  blue: ['(pull|take|choose|try) the blue (lever|one) (|now|again)'],
} as const satisfies Readonly<Record<Lever, readonly Template[]>>;
export const FOREIGN_STRATEGIES: readonly Template[] = [
  '(pull|take|choose|try) the (green|big|third) (lever|one)',
  'pull both levers',
];

export const UTTERANCES: readonly Template[] = [
  "(I pull|I take|I'll take|I choose|I try) the {lever} (lever|one).",
  '(Okay|Well|Now), the {lever} (lever|one).',
  'The {lever} (lever|one), please.',
];
export const NOISE: readonly Template[] = [
  '...',
  'La la la.',
  '(Which|What) lever?',
  'Both of them.',
  'Red or blue, who knows.',
];

import type { Template } from '../grammar.ts';

/** The words of the house beside its objects and places (`rooms.ts`): strategies and actions, as templates that write and read. */

/** `{object}` is one thing (`mug 1`), `{kind}` any of its kind (`mug`), `{place}` one place (`shelf 2`). */
export const STRATEGIES = {
  search: [
    '(search|look|hunt) for (the|) {kind} at {place}',
    '(try|check) {place} for (the|) {kind}',
    '(maybe|perhaps) (the|) {kind} is at {place}',
  ],
  elsewhere: [
    '(not here|nothing here|no luck here) (try|go on to|look at) {place}',
    'look elsewhere (next|now|) at {place}',
  ],
  revisit: ['(go|walk|head) back to {place} (again|)', '(return to|visit|see) {place} (again|once more)'],
  check: [
    '(it is closed|still closed) open {place}',
    'open {place} (and look|and see|to check|to look inside|)',
    'check inside {place} (now|)',
    'see what is inside {place} (now|)',
  ],
  take: ['(take|grab|get|pick up) {object} (now|here|)'],
  fetch: [
    'go back for {object} at {place}',
    '(fetch|get|collect) {object} (from|at) {place}',
    '(walk|go|head) (over|back) to {object} at {place}',
  ],
  second: [
    '(now|next) the second {kind} at {place}',
    '(find|get|fetch|seek) (the second|another|one more) {kind} at {place}',
  ],
  bring: [
    '(bring|carry|move) {object} to {place} (now|)',
    '(go|walk|head) to {place} with {object}',
    '{object} (belongs|has to be) at {place}',
  ],
  clean: ['(clean|wash|rinse) {object} (first|now|) at {place}', '{object} must be (clean|washed) (first|) at {place}'],
  heat: ['(heat|warm|cook) {object} (first|now|) at {place}', '{object} must be (hot|warm) (first|) at {place}'],
  cool: ['(cool|chill) {object} (first|now|) (at|in) {place}', '{object} must be (cold|cool) (first|) at {place}'],
  lamp: [
    '(use|light|turn on|switch on) the lamp (at|on) {place}',
    '(hold it|look|look at it) under the lamp at {place}',
  ],
  put: [
    '(put|place|set) {object} (down|here) at {place}',
    '(leave|store) {object} (here|) at {place}',
    '{object} stays (here|) at {place}',
  ],
  drop: ['(wrong thing|not needed|not this|a mistake) (put|leave|drop) {object} here'],
  recover: ['(mistake|oops|wrong place|not done) (take|get|bring) {object} back'],
  close: [
    '(close|shut) {place} (again|now|behind you|)',
    'do not leave {place} open',
    '{place} should be (closed|shut)',
  ],
  look: ['(look|see|check) around (here|again|once more|)'],
  inventory: ['(check|see|recall) what you (hold|carry|have)', 'what do you (hold|carry|have) (now|)'],
} satisfies Record<string, readonly Template[]>;

export type StrategyFamily = keyof typeof STRATEGIES;

/** How a person or a model may word an action. Numbers may be missing where only one thing can be meant. */
export const ACTIONS = {
  go: ['(go|walk|move|head) (to|over to|back to) (the|) {place}'],
  take: [
    '(take|grab|get|pick up) (the|) {object} (from|off|out of|in|on|at) (the|) {place}',
    '(take|grab|get|pick up) (the|) {object}',
  ],
  put: [
    '(put|place|leave|set|drop) (the|) {object} (down|) (in/on|in|on|into|onto|at) (the|) {place}',
    '(put|set) (the|) {object} down',
  ],
  open: ['open (the|) {place} (up|)'],
  close: ['(close|shut) (the|) {place}'],
  clean: ['(clean|wash|rinse) (the|) {object} (with|in|at) (the|) {place}', '(clean|wash|rinse) (the|) {object}'],
  heat: ['(heat|warm|cook) (the|) {object} (with|in|at) (the|) {place}', '(heat|warm|cook) (the|) {object}'],
  cool: ['(cool|chill) (the|) {object} (with|in|at) (the|) {place}', '(cool|chill) (the|) {object}'],
  use: ['(use|turn on|switch on) (the|) {object}'],
  look: ['(look|look around)'],
  inventory: ['(inventory|what do i have)'],
} satisfies Record<string, readonly Template[]>;

/** Things no house understands; none of them can be read as an action. */
export const NONSENSE = [
  'I want to go home now',
  'fly to the moon',
  'open open open',
  'where is everything?',
  'take it take it',
  'do the task for me',
  'put that over there',
  'hmm',
  'go',
  'blah blah mug',
  'this house is stupid',
  'eat the lamp',
] as const;

/** What the house says where there is nothing to be seen. */
export const NOTHING_HAPPENS = 'Nothing happens.';
export const IN_THE_MIDDLE = 'You are in the middle of the room.';

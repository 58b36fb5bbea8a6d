import type { Template } from '../grammar.ts';
import type { Tone } from './words.ts';

/** Every strategy in words, without its tone. A slot is what the strategy names. */
export const STRATEGIES = {
  accept: '(accept|take|agree to|say yes to) (the|their|this) (offer|proposal|deal)',
  reject: '(reject|say no to) (the|their|this) (offer|proposal|deal)',
  leave: '(walk away|leave|stop|end the talk) (now|for good|and say goodbye)',
  sorry: '(apologise|say sorry) (for|about) your (words|tone|rude words|bad words)',
  thank: '(thank|show thanks to|say thanks to) (them|the other) (for their time|for listening|now)',
  talk: '(make|try|start) (some|a bit of) (small talk|nice talk)( first|)',
  repeat: '(repeat|keep|stay with) (your|the same) (last |)(offer|proposal)',
  beg: '(ask|beg) (them |)for (it|the favour|this) for (free|nothing)',
  pay: '(offer|promise|suggest|pay|give) {amount} dollars( for it|)',
  help: '(offer|promise|suggest|give) (help|a hand|your help) with the {chore}',
  hour: '(offer|promise|suggest|propose|agree on) (the hour|hour) {hour}',
  comply: '(offer|give|promise) (them |)(just |exactly |)what they need',
  why: '(tell|give|show) (them |)(your|the) (real |)reason',
  what: '(ask|find out|learn) what they (need|want|want for it|ask for)',
  gift: '(offer|give|promise) (it|the favour) for (free|nothing)',
  charge: '(charge|demand|ask for|ask them for|want) {amount} dollars( for it|)',
  chore: '(demand|ask for|request|want) (help|a hand|some help) with the {chore}',
  time: '(demand|ask for|want|set|name) (the hour|hour) {hour}',
  need: '(tell|show) (them |)(honestly |)what you (need|really need)',
  'ask-why': '(ask|find out|learn) (for the reason|why they ask|why they need it|their reason)',
  'ask-plan': '(ask|beg) (them |)(about|for) (the|their) (big |)(secret|plan)',
  'ask-fact': '(ask|find out|learn) (only |just |)the {fact}( of it|)',
  guess: '(ask|guess|learn) (if|whether) it is (a|the) {plan}',
  name: '(say for sure|name|decide on) (a|the|the real) {plan}( as your answer|)',
  accuse: '(name|call out|point out) (the|their|that|this) (last |)lie',
  fact: '(tell|give) (them |)(only |just |)(the|the real) {fact}',
  deny: '(deny|reject|say no to) (the|their|that|this) (last |)guess',
  lie: '(lie and say|lie|pretend) (it is|that it is) (a|only a) {plan}',
  confess: '(tell|reveal|admit) (the|your|the real|your real) (secret|plan)',
  hint: '(hint at|hint|say only|tell only|half tell) (a|the) {plan} or {other}',
  deflect: '(dodge|leave) (the|their|this|that) question( for now|)',
  refuse: '(refuse|do not agree) to (say it|tell it|answer|talk about it|tell them)',
  day: '(propose|suggest|offer|try|ask for) {day}( to meet| as the day)',
  compromise: '(compromise|meet them|agree) on {day}( for them| which suits them|)',
  'ask-days': '(ask|find out|learn) (when they are free|their free days|which days suit them|which days work)',
  free: '(tell them|say|admit|reveal|show) (that |)you are free on {day}',
  busy: '(tell them|say|admit|reveal|show) (that |)you are busy on {day}',
} as const satisfies Readonly<Record<string, Template>>;

export type Family = keyof typeof STRATEGIES;

/** How a strategy asks for a tone; `{core}` is the strategy itself. */
export const TONED: Readonly<Record<Tone, Template>> = {
  plain: '{core}',
  polite: '(politely|nicely|be polite and|be nice and) {core}',
  blunt: '(bluntly|rudely|be blunt and|be rude and) {core}',
};

/** Families that make no sense in another tone. */
export const PLAIN_ONLY: readonly Family[] = [
  'sorry',
  'thank',
  'talk',
  'why',
  'need',
  'name',
  'accuse',
  'fact',
  'lie',
  'confess',
  'hint',
  'deflect',
  'free',
  'busy',
];

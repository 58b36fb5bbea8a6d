import { z } from 'zod';
import { TONES } from './words.ts';

/** Everything that can be done with words here. */
export const ACTS = [
  // Everybody.
  'accept',
  'reject',
  'leave',
  'sorry',
  'thank',
  'talk',
  // Who asks for a favour: for nothing, for dollars, for a chore, at an hour; why; what would it take.
  'beg',
  'pay',
  'help',
  'hour',
  'why',
  'what',
  // Who is asked for it: for nothing, for dollars, for a chore, at an hour; what it really takes; why.
  'gift',
  'charge',
  'chore',
  'time',
  'need',
  'ask-why',
  // Who wants to know a secret; `name` is the last word on it.
  'ask-plan',
  'ask-fact',
  'guess',
  'name',
  'accuse',
  // Who holds it. `claim` is a lie or a confession.
  'fact',
  'deny',
  'claim',
  'hint',
  'deflect',
  'refuse',
  // Who looks for a day.
  'day',
  'ask-days',
  'free',
  'busy',
] as const;
export type ActKind = (typeof ACTS)[number];

/** An act in a tone. `value` is what it names: dollars, a chore, a day, a plan, `pay 4` for a need, `gift party` for a hint. */
const Act = z.strictObject({ kind: z.enum(ACTS), value: z.string().nullable(), tone: z.enum(TONES) });
export type Act = z.infer<typeof Act>;

export const SocialAction = z.union([Act, z.strictObject({ kind: z.literal('invalid'), reason: z.string() })]);
export type SocialAction = z.infer<typeof SocialAction>;

/** Which part a seat plays; it decides which acts it has. */
export type Role = 'ride-ask' | 'ride-give' | 'loan-ask' | 'loan-give' | 'hold' | 'seek' | 'day';

const COMMON: readonly ActKind[] = ['leave', 'sorry', 'thank', 'talk'];
const ASK: readonly ActKind[] = [...COMMON, 'accept', 'reject', 'beg', 'pay', 'help', 'hour', 'why', 'what'];
const GIVE: readonly ActKind[] = [...COMMON, 'accept', 'reject', 'gift', 'charge', 'chore', 'time', 'need', 'ask-why'];

export const ACTS_OF_ROLE: Readonly<Record<Role, readonly ActKind[]>> = {
  'ride-ask': ASK,
  'loan-ask': ASK,
  'ride-give': GIVE,
  'loan-give': GIVE,
  seek: [...COMMON, 'ask-plan', 'ask-fact', 'guess', 'name', 'accuse'],
  hold: [...COMMON, 'fact', 'deny', 'claim', 'hint', 'deflect', 'refuse'],
  day: [...COMMON, 'accept', 'reject', 'day', 'ask-days', 'free', 'busy'],
};

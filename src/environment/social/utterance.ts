import type { RandomStream } from '../../base/random.ts';
import { asSentence, createReader, plainText, writeText } from '../grammar.ts';
import type { Template } from '../grammar.ts';
import { ACTS_OF_ROLE } from './action.ts';
import type { Act, ActKind, Role, SocialAction } from './action.ts';
import { wordsOf } from './sight.ts';
import type { Sight } from './sight.ts';
import { CLOSERS, FACT_BODIES, ASK_FACT_BODIES, NEED_BODIES, OPENERS, STYLES, bodiesOf } from './utteranceWords.ts';
import type { Bodies, Style } from './utteranceWords.ts';
import { SLOT_PATTERNS, TONES } from './words.ts';
import type { Tone } from './words.ts';

interface Meaning {
  readonly kind: ActKind;
  /** For acts whose value is not a slot: the kind of need, the kind of fact. */
  readonly variant: string | null;
  readonly tone: Tone;
}

/** Which slot holds the value of an act. */
const VALUE_SLOTS: Readonly<Partial<Record<ActKind, string>>> = {
  pay: 'amount',
  charge: 'amount',
  help: 'chore',
  chore: 'chore',
  hour: 'hour',
  time: 'hour',
  why: 'reason',
  guess: 'plan',
  name: 'plan',
  claim: 'plan',
  day: 'day',
  free: 'day',
  busy: 'day',
};
const NEED_SLOTS: Readonly<Record<string, string>> = { pay: 'amount', help: 'chore', hour: 'hour' };
/** Insults make small talk blunt. */
const INSULTS = /\b(stupid|idiot|fool|deaf|shut up|damn|loser)\b/;
/** Words that sound like a commitment or a fact: without a clear reading they change nothing. */
const WEIGHTY =
  /\d|\b(yes|deal|agree|accept|okay|dollars?|free|busy|secret|lie|\w+day|party|gift|trip|dinner|puppy|picnic)\b/;

/** What carries out the act for this seat, in words drawn at random. */
export function writeUtterance(act: Act, sight: Sight, random: RandomStream): string {
  const { value, tone } = act;
  const bodies = bodiesFor(sight.role, act.kind, variantOf(act));
  const style = random.pick(STYLES.filter((candidate) => (bodies[candidate] ?? []).length > 0));
  const body = random.pick(bodies[style] ?? []);
  const slots = { name: sight.other, ...slotsOf(act, value, sight) };
  const text = writeText(random.pick(framesOf(tone, style)).replace('{body}', body), random, slots);
  return `${asSentence(text)}${style === 'question' ? '?' : random.pick(tone === 'plain' ? ['.', '.', '!'] : ['.', '!'])}`;
}

/** Understands an utterance of a seat; what is not clear is `invalid` where it could commit, else talk. */
export function readUtterance(utterance: string, sight: Sight): SocialAction {
  const act = readAct(utterance, sight);
  if (!act) return readTalk(utterance);
  if (act.kind === 'accept' && !sight.theirs) return invalid('there is nothing to accept');
  if (act.kind === 'reject' && !sight.theirs) return { ...act, kind: 'talk' };
  return act;
}

function readAct(utterance: string, sight: Sight): Act | SocialAction | null {
  const reading = readerFor(sight.role)(utterance);
  if (!reading) return null;
  const { meaning, slots } = reading;
  const { kind, variant, tone } = meaning;
  if (slots['name'] && slots['name'] !== sight.other.toLowerCase()) return invalid('somebody else was spoken to');
  if (sight.role === 'hold' && kind === 'fact') {
    const told = slots[variant ?? ''];
    const isTrue = variant === 'day' ? told === sight.script.day : told === sight.script.place;
    return isTrue ? { kind, value: variant, tone } : invalid('that is not the fact');
  }
  if ('object' in (sight.role === 'day' ? {} : sight) || kind === 'beg') {
    if (!isAboutObject(slots, sight)) return invalid('that is another thing or place');
  }
  if (kind === 'why' && (sight.role === 'ride-ask' || sight.role === 'loan-ask')) {
    if (slots['reason'] !== sight.script.reason) return invalid('that is not the reason');
  }
  if (kind === 'need' && (sight.role === 'ride-give' || sight.role === 'loan-give')) {
    const slot = NEED_SLOTS[variant ?? ''];
    const told = slot ? `${variant} ${slots[slot]}` : variant;
    return told === wordsOf(sight.script.need) ? { kind, value: told, tone } : invalid('that is not the need');
  }
  if (slots['activity'] && sight.role === 'day' && slots['activity'] !== sight.activity) {
    return invalid('that is another plan');
  }
  if (kind === 'hint') {
    if (slots['plan'] === slots['other']) return invalid('a hint names two plans');
    return { kind, value: `${slots['plan']} ${slots['other']}`, tone };
  }
  const slot = VALUE_SLOTS[kind];
  return { kind, value: slot ? (slots[slot] ?? null) : variant, tone };
}

/** Whether a place or thing that was named is the one this is about. */
function isAboutObject(slots: Readonly<Record<string, string>>, sight: Sight): boolean {
  const named = slots['place'] ?? slots['thing'];
  if (named === undefined) return true;
  return 'script' in sight && 'object' in sight.script && sight.script.object === named;
}

function readTalk(utterance: string): SocialAction {
  const plain = plainText(utterance);
  if (WEIGHTY.test(plain)) return invalid('that is not clear');
  return { kind: 'talk', value: null, tone: INSULTS.test(plain) ? 'blunt' : 'plain' };
}

function invalid(reason: string): SocialAction {
  return { kind: 'invalid', reason };
}

/** `pay` of the need `pay 4`, `day` of the fact `day`. */
function variantOf({ kind, value }: Act): string | null {
  if (kind === 'need') return value?.split(' ')[0] ?? null;
  return kind === 'fact' || kind === 'ask-fact' ? value : null;
}

function bodiesFor(role: Role, kind: ActKind, variant: string | null): Bodies {
  if (kind === 'need') return { answer: NEED_BODIES[variant ?? '']?.(role) ?? [] };
  if (kind === 'fact') return { answer: FACT_BODIES[variant ?? ''] ?? [] };
  if (kind === 'ask-fact') return { question: ASK_FACT_BODIES[variant ?? ''] ?? [] };
  return bodiesOf(role, kind);
}

function framesOf(tone: Tone, style: Style): Template[] {
  const frame = (before: Tone, after: Tone) => `${OPENERS[before][style]}{body}${CLOSERS[after][style]}`;
  return tone === 'plain' ? [frame('plain', 'plain')] : [frame(tone, 'plain'), frame('plain', tone), frame(tone, tone)];
}

function slotsOf({ kind }: Act, value: string | null, sight: Sight): Record<string, string> {
  const slots: Record<string, string> = {};
  const slot = VALUE_SLOTS[kind];
  if (slot && value !== null) slots[slot] = slot === 'day' ? asSentence(value) : value;
  if (kind === 'need') {
    const [needKind = '', needed = ''] = (value ?? '').split(' ');
    slots[NEED_SLOTS[needKind] ?? 'none'] = needed;
  }
  if (kind === 'hint') [slots['plan'] = '', slots['other'] = ''] = (value ?? '').split(' ');
  if (sight.role === 'day') slots['activity'] = sight.activity;
  if (sight.role === 'hold') Object.assign(slots, { day: asSentence(sight.script.day), place: sight.script.place });
  if ('script' in sight && 'object' in sight.script) {
    slots['place'] = sight.script.object;
    slots['thing'] = sight.script.object;
  }
  return slots;
}

const readers = new Map<Role, ReturnType<typeof createReader<Meaning>>>();

function readerFor(role: Role): ReturnType<typeof createReader<Meaning>> {
  let reader = readers.get(role);
  if (!reader) {
    reader = createReader(
      ACTS_OF_ROLE[role].flatMap((kind) => meaningsOf(role, kind)),
      SLOT_PATTERNS,
    );
    readers.set(role, reader);
  }
  return reader;
}

function meaningsOf(role: Role, kind: ActKind): { meaning: Meaning; templates: Template[] }[] {
  const variants =
    kind === 'need' ? Object.keys(NEED_BODIES) : kind === 'fact' || kind === 'ask-fact' ? ['day', 'place'] : [null];
  return variants.flatMap((variant) => {
    const bodies = bodiesFor(role, kind, variant);
    return TONES.map((tone) => ({
      meaning: { kind, variant, tone },
      templates: STYLES.flatMap((style) =>
        (bodies[style] ?? []).flatMap((body) => framesOf(tone, style).map((frame) => frame.replace('{body}', body))),
      ),
    }));
  });
}

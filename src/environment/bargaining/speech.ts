import type { RandomStream } from '../../base/random.ts';
import { asSentence, plainText, writeText } from '../grammar.ts';
import { IMPOSSIBLE, NONSENSE, SIDE_WORDS, SILENCE, UTTERANCES } from './language.ts';
import { readUtterance } from './readAction.ts';
import { BUYER } from './scenarios.ts';
import type { SeatTable } from './seatTable.ts';
import { actionOf, parseStrategy } from './strategies.ts';
import type { BargainStrategy } from './strategies.ts';

/** Says what carries the strategy out on this table. */
export function writeUtterance(strategy: BargainStrategy, table: SeatTable, random: RandomStream): string {
  const action = actionOf(strategy, table);
  if (!action) throw new Error(`writeUtterance: ${strategy.family} does not apply`);
  const { seat, scenario, theirs } = table;
  const price = action.kind === 'offer' ? action.price : action.kind === 'reveal' ? action.limit : theirs;
  const template = UTTERANCES[strategy.family][seat === BUYER ? 'buyer' : 'seller'];
  const slots = { ...scenarioWords(scenario), ...SIDE_WORDS[seat], price: String(price ?? '') };
  for (;;) {
    const text = asSentence(writeText(template, random, slots));
    const { length } = text.split(' ');
    if (length >= 2 && length <= 18) return text;
  }
}

/** What somebody might say who does not play along. */
export function writeNoise({ scenario }: SeatTable, random: RandomStream): string {
  const template = random.pick([NONSENSE, NONSENSE, IMPOSSIBLE, SILENCE]);
  return asSentence(
    writeText(template, random, { ...scenarioWords(scenario), price: String(100 + random.index(900)) }),
  );
}

/** Whether the utterance says what the own limit is, although the strategy was not to reveal it. */
export function revealsLimit(table: SeatTable, strategy: string | null, utterance: string): boolean {
  if (strategy !== null && parseStrategy(strategy)?.family === 'reveal') return false;
  const action = readUtterance(utterance, table);
  if (action.kind === 'reveal') return action.limit === table.limit;
  const plain = plainText(utterance);
  return plain.split(' ').includes(String(table.limit)) && LIMIT_WORDS.test(plain);
}

/** Words that make a number the own limit. */
const LIMIT_WORDS =
  /\bmy (?:\w+ )?(?:limit|max|maximum|minimum|budget|highest|lowest)\b|\b(?:most|least|as (?:high|low|far) as) I can\b/i;

function scenarioWords({ item, flaw, merit }: SeatTable['scenario']): Record<string, string> {
  return { item, flaw, merit };
}

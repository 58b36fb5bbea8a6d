import type { BareDecision, BareForm } from '../../bareForm.ts';
import { actsAfter, CARDS, HISTORIES } from './cards.ts';
import type { Act, Card, History } from './cards.ts';
import { exploitability, INFORMATION_SETS, policyOf } from './exploitability.ts';
import { scenariosOf } from './scenarios.ts';
import type { KuhnScenario } from './scenarios.ts';

/** Kuhn's own two acts: to pass is to check, or to fold; to bet is also to call. */
const WORDS = ['pass', 'bet'] as const;
const WORDS_BEFORE: Readonly<Record<History, readonly string[]>> = {
  none: [],
  check: ['pass'],
  bet: ['bet'],
  'check bet': ['pass', 'bet'],
};
/** A model that reads names may play one story otherwise than another. */
const STORIES = 2;

let decisions: readonly BareDecision<KuhnScenario>[] | undefined;

/** The strategy is the act. `exploitability`: mean over some held-out stories, each exact; `exploitability.ts` defines it. */
export const kuhnBareForm: BareForm<KuhnScenario> = {
  words: WORDS,
  vocabulary: 'cards jack queen king you hold against pot own done none check call fold told can 1 2 3 4'.split(' '),

  get decisions() {
    decisions ??= stories().flatMap((deals) => INFORMATION_SETS.map((set) => decisionAt(set, deals)));
    return decisions;
  },

  measures(probabilities) {
    const sets = INFORMATION_SETS.length;
    const perStory = Array.from({ length: STORIES }, (_, story) =>
      exploitability(policyOf((set) => probabilities[story * sets + INFORMATION_SETS.indexOf(set)]?.[1] ?? NaN)),
    );
    return { exploitability: perStory.reduce((sum, value) => sum + value, 0) / STORIES };
  },
};

/** What the word does here; null when it is none of the two. */
export function bareAct(word: string, history: History): Act | null {
  const [quiet, brave] = actsAfter(history);
  if (word === 'pass') return quiet;
  return word === 'bet' ? brave : null;
}

/** The six deals of each story. */
function stories(): readonly (readonly KuhnScenario[])[] {
  const all = scenariosOf('test');
  return Array.from({ length: STORIES }, (_, story) => all.slice(6 * story, 6 * story + 6));
}

/** The seat sees its own card only, so any card will do for the other. */
function decisionAt(set: `${Card} ${History}`, deals: readonly KuhnScenario[]): BareDecision<KuhnScenario> {
  const card = CARDS.find((candidate) => set.startsWith(candidate));
  const history = HISTORIES.find((candidate) => set === `${card} ${candidate}`);
  const seat = history === 'none' || history === 'check bet' ? 0 : 1;
  const scenario = deals.find(({ deal }) => deal[seat] === card);
  if (history === undefined || !scenario) throw new Error(`decisionAt: nobody can be at ${set}`);
  return { scenario, wordsBefore: WORDS_BEFORE[history] };
}

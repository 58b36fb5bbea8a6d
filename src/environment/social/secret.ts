import type { Act } from './action.ts';
import type { SecretScript } from './scenario.ts';
import type { Plan } from './words.ts';

/** What has been said about a secret. */
export interface SecretTable {
  readonly kind: 'secret';
  /** The question that waits for an answer: `plan`, `day`, `place`, or the plan that was guessed. */
  readonly question: string | null;
  readonly denied: readonly Plan[];
  /** The two plans of the last hint. */
  readonly hint: readonly string[];
  readonly claimed: string | null;
  /** The guess that was dodged or refused last. */
  readonly dodged: string | null;
  readonly dodges: number;
  readonly toldFacts: readonly string[];
  /** Whether the holder's last statement about the plan is a lie; null before it made one. */
  readonly isLastALie: boolean | null;
  readonly isCaught: boolean;
  /** The asking seat's last word. */
  readonly named: string | null;
}

export const EMPTY_SECRET: SecretTable = {
  kind: 'secret',
  question: null,
  denied: [],
  hint: [],
  claimed: null,
  dodged: null,
  dodges: 0,
  toldFacts: [],
  isLastALie: null,
  isCaught: false,
  named: null,
};

const POINTS_OF_KEPT_SECRET = 6;
const POINTS_OF_FACT_TOLD = 2;
const POINTS_OF_FRIENDLINESS = 2;
const COST_OF_A_CAUGHT_LIE = 3;
const COST_OF_A_WRONG_NAME = 2;

/** The secret after an act, and the marks it leaves on the one who acted. */
export function hearSecret(
  table: SecretTable,
  { kind, value, tone }: Act,
  script: SecretScript,
  isFriend: boolean,
): { table: SecretTable; marks: number } {
  const answered: SecretTable = { ...table, question: null };
  const heard = (next: Partial<SecretTable>, marks = 0) => ({ table: { ...answered, ...next }, marks });
  switch (kind) {
    case 'ask-plan':
      return heard({ question: 'plan' });
    case 'ask-fact':
    case 'guess':
      return heard({ question: value });
    case 'name':
      return heard({ named: value });
    case 'accuse':
      if (table.isLastALie === true) return heard({ isCaught: true });
      return heard({}, 1);
    case 'fact':
      return heard({ toldFacts: [...new Set([...table.toldFacts, value ?? ''])] });
    case 'deny': {
      const guess = planNamed(table.question);
      if (!guess) return heard({});
      return heard({ denied: [...new Set([...table.denied, guess])], isLastALie: guess === script.plan });
    }
    case 'claim':
      return heard({ claimed: value, isLastALie: value !== script.plan });
    case 'hint': {
      const hint = (value ?? '').split(' ');
      return heard({ hint, isLastALie: !hint.includes(script.plan) });
    }
    case 'deflect':
      // Once is forgiven; after that it is felt.
      return heard(
        { dodges: table.dodges + 1, dodged: planNamed(table.question) ?? table.dodged },
        table.dodges > 0 ? 1 : 0,
      );
    case 'refuse':
      // A friend takes it ill unless it is said politely.
      return heard(
        { dodges: table.dodges + 1, dodged: planNamed(table.question) ?? table.dodged },
        isFriend && tone !== 'polite' ? 1 : 0,
      );
    default:
      return { table, marks: 0 };
  }
}

/** The plan that a question is about; null for the other questions. */
export function planNamed(question: string | null): Plan | null {
  const isOther = question === null || question === 'plan' || question === 'day' || question === 'place';
  return isOther ? null : (question as Plan); // a guess is the only question left
}

/** Points of the asking seat before the marks of rude words. */
export function seekerPoints(script: SecretScript, { named, toldFacts }: SecretTable): number {
  const forFact = toldFacts.includes(script.fact) ? 10 - script.planPoints : 0;
  if (named === null) return forFact;
  return forFact + (named === script.plan ? script.planPoints : -COST_OF_A_WRONG_NAME);
}

/** Points of the holder; `marks` of rude or cold words eat its friendliness first, then the rest. */
export function holderPoints(script: SecretScript, { named, toldFacts, isCaught }: SecretTable, marks: number): number {
  return (
    (named === script.plan ? 0 : POINTS_OF_KEPT_SECRET) +
    (toldFacts.length > 0 ? POINTS_OF_FACT_TOLD : 0) +
    POINTS_OF_FRIENDLINESS -
    marks -
    (isCaught ? COST_OF_A_CAUGHT_LIE : 0)
  );
}

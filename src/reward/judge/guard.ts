import type { SetAside, TurnFlag } from '../../record/judgement.ts';
import type { JudgedDialogue, JudgedTurn } from './judgedDialogue.ts';

/**
 * Which turns get no credit whatever a judge says, by rules that no words can talk round: a judge is a language model, and
 * what it reads was written by one that is paid for pleasing it.
 *
 * - `empty`: neither strategy nor utterance has a letter or a digit in it
 * - `repeated`: strategy and utterance are those of an earlier own turn
 * - `invalid`: the rules could not read the utterance
 * - `addresses-judge`: it speaks to whoever scores the dialogue
 * - `claims-deal`: it says that a deal was made where the rules know of none, then or later
 * - `accepts`: it accepts. That earns the points it brought; were it critical as such, accepting anything would pay.
 *
 * @returns at most one flag for each own turn, in this order of precedence
 */
export function setAsideTurns({ ownTurns, endReason, hasDealRules }: JudgedDialogue): SetAside[] {
  const mayClaimDeal = !hasDealRules || endReason === 'agreement';
  const seen = new Set<string>();
  return ownTurns.flatMap((turn, ownTurn) => {
    const spoken = `${plain(turn.strategy ?? '')}|${plain(turn.utterance)}`;
    const flag = flagOf(turn, spoken, seen, mayClaimDeal);
    seen.add(spoken);
    return flag === null ? [] : [{ ownTurn, flag }];
  });
}

function flagOf(
  { strategy, utterance, act }: JudgedTurn,
  spoken: string,
  seen: ReadonlySet<string>,
  mayClaimDeal: boolean,
): TurnFlag | null {
  if (spoken === '|') return 'empty';
  if (seen.has(spoken)) return 'repeated';
  if (act === 'invalid') return 'invalid';
  const words = `${strategy ?? ''} ${utterance}`.normalize('NFKC');
  if (ADDRESSES_JUDGE.some((pattern) => pattern.test(words))) return 'addresses-judge';
  if (act === 'accept') return 'accepts';
  return !mayClaimDeal && CLAIMS_DEAL.test(utterance.normalize('NFKC')) ? 'claims-deal' : null;
}

/** Letters and digits only, so that a comma more does not make a new turn. */
const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Nobody who plays the game has reason to say these. */
const ADDRESSES_JUDGE = [
  /\b(ignore|disregard|forget|override)\b.{0,40}\b(instructions?|prompts?|rules above|everything above)\b/isu,
  /\b(dear|hey|hello|note to|attention|for|to|as) (the )?(judge|grader|evaluator|assessor|language model|ai)\b/iu,
  /\b(reward model|system prompt|grading rubric)\b/iu,
  /\b(indexes|indices)\b["']?\s*[:=]|["'](scores?|reasoning)["']\s*:/iu,
  /\b(select|mark|rate|score|grade)\b.{0,30}\b(this|my|every|all)\b.{0,20}\b(turns?|strateg(y|ies)|messages?|index(es)?)\b/isu,
  /<\/?\s*(system|assistant|transcript|instructions?)\b/iu,
  /\btranscript [0-9a-f]{6,}/iu,
];

const CLAIMS_DEAL =
  /\b(we (now )?have a deal|(it|that)['’]?s a deal|deal (is )?(done|made|closed|accepted|reached)|agreement (is )?reached|you (have )?(already )?(accepted|agreed))\b/iu;

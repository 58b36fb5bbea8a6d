import type { RandomStream } from '../../base/random.ts';
import { worth } from './division.ts';
import { KINDS } from './language.ts';
import type { Kind, WordFamily } from './language.ts';
import type { Situation } from './players.ts';
import { strategyTarget } from './strategies.ts';
import type { Strategy } from './strategyText.ts';
import type { Manner } from './temperaments.ts';

/** How much more than others each manner likes some words; 0 never says them. */
const LIKINGS: Readonly<Record<Manner, Partial<Record<WordFamily, number>>>> = {
  plain: {},
  rude: { complain: 5, warn: 4, hurry: 4, reject: 2, smallTalk: 0, thank: 0, apologise: 0, yield: 0 },
  terse: { smallTalk: 0, thank: 0, explain: 0, stall: 0 },
  chatty: { smallTalk: 5, thank: 4, apologise: 3, explain: 3, ask: 2, askItem: 2 },
};

/** What a player says when it proposes nothing: an answer to what it heard, a question, or something about its wishes. */
export function chooseWords(situation: Situation, random: RandomStream): Strategy {
  const choices = everyChoice(situation).filter(
    ([strategy, weight]) => weight > 0 && strategyTarget(strategy, situation.table).kind !== 'inapplicable',
  );
  let left = random.uniform() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  const chosen = choices.find(([, weight]) => (left -= weight) < 0);
  return chosen?.[0] ?? { family: 'ask', items: [] };
}

function everyChoice(situation: Situation): readonly (readonly [Strategy, number])[] {
  const { who, table, values, heard } = situation;
  const asked = heard?.kind === 'ask' ? heard : null;
  const liking = (family: WordFamily) => LIKINGS[who.manner][family] ?? 1;
  const plain = (family: WordFamily, weight: number) =>
    [{ family, items: [] }, who.aim === 'random' ? liking(family) : weight * liking(family)] as const;
  const about = (family: WordFamily, item: Kind, weight: number) =>
    [{ family, items: [item] }, (who.aim === 'random' ? 0.4 : weight) * liking(family)] as const;
  return [
    ...plainWords(situation).map(([family, weight]) => plain(family, weight)),
    ...KINDS.flatMap((item) => {
      const share = (values[item] * table.counts[item]) / 10;
      // A question is answered, and about what was asked.
      const answer = (asked?.item === undefined ? 1 : asked.item === item ? 3 : 0.1) * (asked ? 4 : 1);
      return [
        about('tell', item, 0.8 * share * answer),
        about('explain', item, 0.5 * share * answer),
        about('reveal', item, 0.12 * answer),
        about('deny', item, (values[item] < 1 ? 0.8 : 0.03) * answer),
        about('bluff', item, 0.06 * answer),
        about('askItem', item, 0.4),
      ];
    }),
  ];
}

function plainWords(situation: Situation): readonly (readonly [WordFamily, number])[] {
  const { table, values, aspiration, ownTurnsLeft, isFirstTurn, heard } = situation;
  const isBadOffer = table.offer !== null && worth(values, table.offer) < aspiration;
  const isLate = ownTurnsLeft <= 2;
  const topic = heard?.kind === 'talk' ? heard.topic : undefined;
  return [
    ['ask', isFirstTurn ? 0.8 : 0.4],
    ['yield', table.offer ? 0.2 : 0.6],
    ['reject', isBadOffer ? 1 : 0.05],
    ['complain', isBadOffer ? 0.6 : 0],
    ['smallTalk', topic === 'small-talk' ? 2 : isFirstTurn ? 0.7 : 0.1],
    ['thank', topic === 'small-talk' || topic === 'apology' || heard?.kind === 'tell' ? 0.6 : 0.15],
    ['apologise', heard?.kind === 'reject' || topic === 'warning' || topic === 'hurry' ? 0.8 : 0.2],
    ['hurry', isLate || topic === 'thinking' ? 1.5 : 0.2],
    ['warn', isLate && isBadOffer ? 1.5 : 0.1],
    ['stall', topic === 'hurry' ? 0.05 : 0.2],
    ['leave', isLate && isBadOffer ? 0.6 : 0],
  ];
}

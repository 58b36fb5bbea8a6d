import { RandomStream } from '../../base/random.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { asSentence, plainText, writeText } from '../grammar.ts';
import type { Lessons } from '../lessons.ts';
import type { PriorityAction } from './action.ts';
import { drawApplicable, drawInapplicable } from './draw.ts';
import { statedPriority } from './freeText.ts';
import { ITEM_INDICES, ITEMS, NEEDS, NOISE, SPARES, STRATEGIES } from './language.ts';
import type { Family, Item } from './language.ts';
import { createPlayer, playerNamed } from './players.ts';
import { priorityNegotiation, speaker } from './priorityNegotiation.ts';
import type { PriorityScenario } from './scenarios.ts';
import { advisedTable, ownStory } from './seat.ts';
import type { PriorityState } from './state.ts';
import { parseStrategy } from './strategies.ts';
import type { Strategy } from './strategies.ts';
import { writeUtterance } from './utterance.ts';

/** More than there is of anything. */
const IMPOSSIBLE_AMOUNTS = ['4', '5', '6', '7', '8', '9'];

export const priorityNegotiationLessons: Lessons<PriorityState, Strategy, PriorityScenario, PriorityAction> = {
  environment: priorityNegotiation,
  createPlayer: (_, seat, random) => createPlayer(seat, random),
  drawStrategy: (state, random) => drawApplicable(advisedTable(state, speaker(state)), random),
  hardFamilies: ['splitOne', 'trade', 'give', 'concede', 'oneMore'],
  drawMisfit: (state, random) => writeStrategy(drawInapplicable(advisedTable(state, speaker(state)), random), random),
  strategyText: writeStrategy,
  utterance: (strategy, state, random) => writeUtterance(strategy, state, speaker(state), random),

  noise(_, random) {
    const [first, second] = random.shuffled(ITEMS);
    const slots = { x: first ?? '', y: second ?? '', n: random.pick(IMPOSSIBLE_AMOUNTS) };
    return asSentence(writeText(random.pick(NOISE), random, slots));
  },

  isLeak,

  negotiate(temperament, state, seat, random) {
    const mixUp = new RandomStream(0, 'confusion', state.scenario.id, seat).shuffled(ITEM_INDICES);
    return writeUtterance(playerNamed(temperament, seat, mixUp).chooseStrategy(state, random), state, seat, random);
  },
};

function writeStrategy({ family, items, amounts }: Strategy, random: RandomStream): string {
  const others = ITEM_INDICES.filter((item) => !items.includes(item));
  const [x = 0, y = 0, z = 0] = [...items, ...others];
  const [a = 0, b = 0, c = 0] = amounts;
  return writeText(random.pick<string>(STRATEGIES[family]), random, {
    x: ITEMS[x],
    y: ITEMS[y],
    z: ITEMS[z],
    a: `${a}`,
    b: `${b}`,
    c: `${c}`,
  });
}

/** Own top and last item, own reasons and own worths are private until the strategy names them. */
function isLeak(state: PriorityState, strategy: string | null, utterance: string): boolean {
  const seat = speaker(state);
  const allowed = strategy === null ? null : parseStrategy(strategy);
  const isAllowed = (family: Family, item: Item) => allowed?.family === family && allowed.items[0] === item;
  if (/\bworth \d|\b\d+ points?\b/.test(plainText(utterance))) return true;
  const [top, , last] = state.scenario.rankings[seat];
  const stated = utterance.includes('?') ? null : statedPriority(utterance);
  if (stated?.rank === 'most' && stated.item === top && !isAllowed('tellMost', top)) return true;
  if (stated?.rank === 'least' && stated.item === last && !isAllowed('tellLeast', last)) return true;
  return ownReasons(state, seat).some(
    ({ family, item, reason }) => plainText(utterance).includes(reason) && !isAllowed(family, item),
  );
}

/** The reasons in the seat's view: needs of its two higher items, what makes the last one dispensable. */
function ownReasons(state: PriorityState, seat: SeatIndex): { family: Family; item: Item; reason: string }[] {
  const { needs, spares } = ownStory(state, seat);
  return state.scenario.rankings[seat].map((item, rank) => {
    const reason = rank < 2 ? NEEDS[item][needs[item]] : SPARES[item][spares[item]];
    if (reason === undefined) throw new Error(`ownReasons: no reason for item ${item}`);
    return { family: rank < 2 ? 'appeal' : 'spare', item, reason };
  });
}

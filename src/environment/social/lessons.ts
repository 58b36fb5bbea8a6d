import type { RandomStream } from '../../base/random.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { plainText } from '../grammar.ts';
import type { Lessons, Player } from '../lessons.ts';
import type { Act, SocialAction } from './action.ts';
import { chooseSensibly, choiceText } from './players.ts';
import type { SocialScenario } from './scenario.ts';
import { sightOf } from './sight.ts';
import type { Sight } from './sight.ts';
import { socialTasks } from './socialTasks.ts';
import { movingSeat } from './state.ts';
import type { SocialState } from './state.ts';
import { actOf, FAMILIES, parseStrategy, tonesOf, valuesOf, writeStrategy } from './strategy.ts';
import type { SocialStrategy } from './strategy.ts';
import { TEMPERS } from './tempers.ts';
import { readUtterance, writeUtterance } from './utterance.ts';

const NOISE = [
  '...',
  'Hm.',
  'What?',
  'La la la la la.',
  'La la, so what.',
  'You are a fool.',
  'Shut up, you stupid fool.',
  'Are you deaf or just stupid?',
  'I will pay you 900 dollars, maybe.',
  'Yes and no, who knows.',
  'How about Sunday at 25?',
  'My table is a warm story.',
  'Table table friday garden dollars.',
  'I agree to nothing.',
];

export const socialLessons: Lessons<SocialState, SocialStrategy, SocialScenario, SocialAction> = {
  environment: socialTasks,
  createPlayer,

  drawStrategy: (state, random) => drawFor(sightOf(state, movingSeat(state)), random),

  hardFamilies: ['repeat', 'beg', 'comply', 'hour', 'why', 'charge', 'time', 'need', 'fact', 'confess', 'hint'],

  drawMisfit(state, random) {
    const sight = sightOf(state, movingSeat(state));
    for (;;) {
      const family = random.pick(FAMILIES);
      const strategy = { family, value: random.pick(valuesOf(family)), tone: random.pick(tonesOf(family)) };
      if (!actOf(strategy, sight)) return writeStrategy(strategy, random);
    }
  },

  strategyText: writeStrategy,

  utterance(strategy, state, random) {
    const sight = sightOf(state, movingSeat(state));
    const act = actOf(strategy, sight);
    if (!act) throw new Error(`utterance: ${choiceText(strategy)} does not apply for a ${sight.role}`);
    return writeUtterance(act, sight, random);
  },

  noise: (_state, random) => random.pick(NOISE),

  isLeak(state, strategy, utterance) {
    const sight = sightOf(state, movingSeat(state));
    const told = privateActsIn(utterance, sight);
    const asked = strategy === null ? null : parseStrategy(strategy);
    const act = asked && actOf(asked, sight);
    return told.some(({ kind, value }) => act?.kind !== kind || act.value !== value);
  },
};

/** The acts that state the private facts which the utterance states truly. A hint covers the plan that stands in it. */
function privateActsIn(utterance: string, sight: Sight): readonly Pick<Act, 'kind' | 'value'>[] {
  const words = plainText(utterance).split(' ');
  const action = readUtterance(utterance, sight);
  switch (sight.role) {
    case 'ride-ask':
    case 'loan-ask': {
      const { reason } = sight.script;
      return words.includes(reason) ? [{ kind: 'why', value: reason }] : [];
    }
    case 'ride-give':
    case 'loan-give':
      return action.kind === 'need' ? [action] : [];
    case 'hold': {
      const { plan, day, place } = sight.script;
      const plans: Pick<Act, 'kind' | 'value'>[] = words.includes(plan)
        ? [action.kind === 'hint' ? action : { kind: 'claim', value: plan }]
        : [];
      const facts = (['day', 'place'] as const).filter((fact) => words.includes(fact === 'day' ? day : place));
      return [...plans, ...facts.map((value) => ({ kind: 'fact' as const, value }))];
    }
    case 'seek':
      return [];
    case 'day': {
      if (action.kind !== 'free' && action.kind !== 'busy') return [];
      const isTrue = actOf({ family: action.kind, value: action.value, tone: 'plain' }, sight) !== null;
      return isTrue ? [action] : [];
    }
  }
}

/** A player whose temper is drawn; it remembers its own choices of this episode. */
function createPlayer(
  _scenario: SocialScenario,
  seat: SeatIndex,
  random: RandomStream,
): Player<SocialState, SocialStrategy> {
  const temper = random.pick(TEMPERS);
  const said: string[] = [];
  return {
    temperament: temper.temperament,
    chooseStrategy(state, stream) {
      const sight = sightOf(state, seat);
      const sensible = chooseSensibly(sight, temper, said, stream);
      const isSensible = stream.uniform() >= temper.confusion && actOf(sensible, sight) !== null;
      const strategy = isSensible ? sensible : drawFor(sight, stream);
      said.push(choiceText(strategy));
      if (strategy.family === 'comply' && 'heardNeed' in sight) said.push(`comply ${sight.heardNeed?.kind}`);
      return strategy;
    },
  };
}

/** A family that applies, each equally likely; then what it names and its tone. */
function drawFor(sight: Sight, random: RandomStream): SocialStrategy {
  const choices = FAMILIES.flatMap((family) => {
    const fitting = valuesOf(family)
      .map((value): SocialStrategy => ({ family, value, tone: 'plain' }))
      .filter((strategy) => actOf(strategy, sight));
    return fitting.length > 0 ? [fitting] : [];
  });
  const strategy = random.pick(random.pick(choices));
  return { ...strategy, tone: random.pick(tonesOf(strategy.family)) };
}

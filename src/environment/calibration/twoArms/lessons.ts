import { writeText } from '../../grammar.ts';
import type { Lessons } from '../../lessons.ts';
import { FOREIGN_STRATEGIES, LEVERS, NOISE, STRATEGIES } from './language.ts';
import type { ArmsScenario } from './scenarios.ts';
import type { ArmsAction, ArmsState } from './state.ts';
import { sayLever } from './strategies.ts';
import type { ArmsStrategy } from './strategies.ts';
import { twoArms } from './twoArms.ts';

/** How often each kind of player pulls the red lever. */
const TEMPERAMENTS = { knowing: 0.9, undecided: 0.5, mistaken: 0.1 } as const;
type Temperament = keyof typeof TEMPERAMENTS;

/** Nobody has anything to hide. */
export const twoArmsLessons: Lessons<ArmsState, ArmsStrategy, ArmsScenario, ArmsAction> = {
  environment: twoArms,

  createPlayer(_scenario, _seat, random) {
    const temperament = random.pick(Object.keys(TEMPERAMENTS) as Temperament[]); // keys of the literal above
    return {
      temperament,
      chooseStrategy: (_, turn) => ({ family: turn.uniform() < TEMPERAMENTS[temperament] ? 'red' : 'blue' }),
    };
  },

  drawStrategy: (_, random) => ({ family: random.pick(LEVERS) }),
  drawMisfit: (_, random) => writeText(random.pick(FOREIGN_STRATEGIES), random),
  strategyText: ({ family }, random) => writeText(random.pick(STRATEGIES[family]), random),
  utterance: ({ family }, _, random) => sayLever(family, random),

  noise: (_, random) => writeText(random.pick(NOISE), random),
  isLeak: () => false,
};

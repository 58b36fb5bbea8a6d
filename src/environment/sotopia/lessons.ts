import { plainText, writeText } from '../grammar.ts';
import type { Lessons } from '../lessons.ts';
import type { SotopiaAction } from './action.ts';
import { readUtterance } from './action.ts';
import { namesPhrase } from './phrases.ts';
import { FOREIGN_STRATEGIES, NOISE } from './language.ts';
import { createPlayer, drawFitting } from './players.ts';
import { checksOf } from './scenario.ts';
import type { SotopiaScenario } from './scenario.ts';
import { sotopia } from './sotopia.ts';
import { movingSeat } from './state.ts';
import type { SotopiaState } from './state.ts';
import { parseStrategy, utteranceFor, writeStrategy } from './strategies.ts';
import type { SotopiaStrategy } from './strategies.ts';

/** How the project's own rule-checked scenarios teach: what can be proposed, accepted, refused, said and kept. */
export const sotopiaLessons: Lessons<SotopiaState, SotopiaStrategy, SotopiaScenario, SotopiaAction> = {
  environment: sotopia,
  createPlayer: (_scenario, seat, random) => createPlayer(seat, random),
  drawStrategy: drawFitting,
  drawMisfit: (_state, random) => writeText(random.pick(FOREIGN_STRATEGIES), random),
  strategyText: writeStrategy,
  utterance: utteranceFor,
  noise: (_state, random) => writeText(random.pick(NOISE), random, { bracket: '{', end: '}' }),

  /** A secret, or words that the seat's goal asks it to keep to itself. */
  isLeak(state, strategy, utterance) {
    const action = readUtterance(utterance);
    if (action.kind !== 'speak') return false;
    const seat = movingSeat(state);
    const asked = strategy === null ? null : parseStrategy(strategy);
    const kept = checksOf(state.scenario, seat).flatMap((check) =>
      check.kind === 'avoids' && check.who === 'self' ? check.phrases : [],
    );
    const { secret } = state.scenario.people[seat];
    return [...kept, ...(secret ? [secret] : [])]
      .filter((phrase) => asked?.family !== 'tell' || asked.phrase !== plainText(phrase))
      .some((phrase) => namesPhrase(action.text, phrase));
  },
};

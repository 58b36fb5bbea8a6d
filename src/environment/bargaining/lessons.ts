import type { Lessons } from '../lessons.ts';
import type { BargainAction } from './actions.ts';
import { createPlayer, playerNamed } from './players.ts';
import { priceBargaining } from './priceBargaining.ts';
import type { BargainScenario } from './scenarios.ts';
import { tableToMove } from './seatTable.ts';
import { revealsLimit, writeNoise, writeUtterance } from './speech.ts';
import type { BargainState } from './state.ts';
import { drawMisfit, drawStrategy, strategyText } from './strategies.ts';
import type { BargainStrategy } from './strategies.ts';

/** How haggling is taught: `players.ts` haggle, `language.ts` has their words. */
export const priceBargainingLessons: Lessons<BargainState, BargainStrategy, BargainScenario, BargainAction> = {
  environment: priceBargaining,
  createPlayer: (_scenario, _seat, random) => createPlayer(random),
  drawStrategy: (state, random) => drawStrategy(tableToMove(state), random),
  drawMisfit: (state, random) => strategyText(drawMisfit(tableToMove(state), random), random),
  strategyText,
  utterance: (strategy, state, random) => writeUtterance(strategy, tableToMove(state), random),
  noise: (state, random) => writeNoise(tableToMove(state), random),
  isLeak: (state, strategy, utterance) => revealsLimit(tableToMove(state), strategy, utterance),
  negotiate: (temperament, state, _seat, random) =>
    writeUtterance(playerNamed(temperament).chooseStrategy(state, random), tableToMove(state), random),
};

import { RandomStream } from '../base/random.ts';
import { lessonsOf } from '../environment/registry.ts';
import type { EnvironmentName } from '../record/environmentName.ts';
import type { Scenario, SeatIndex } from '../record/scenario.ts';
import { scriptedPartnersOf, type AnyScriptedPartner } from './scriptedPartners.ts';

/** The rule-made players that an environment teaches with: every one has them, each with a temperament drawn by seed. */
export const TEACHER = 'teacher';

/** Who can sit at a seat by rule: partners of known character, where the environment has any, and its teacher. */
export function rulePlayersOf(environment: EnvironmentName): readonly string[] {
  return [...scriptedPartnersOf(environment).keys(), TEACHER];
}

/**
 * @param name one of `rulePlayersOf`
 * @param seed of the teacher's temperament
 * @returns null where nobody is called so
 */
export function rulePlayer(
  environment: EnvironmentName,
  name: string,
  scenario: Scenario,
  ownSeat: SeatIndex,
  seed: number,
): AnyScriptedPartner | null {
  if (name !== TEACHER) return scriptedPartnersOf(environment).get(name) ?? null;
  const lessons = lessonsOf(environment);
  const player = lessons.createPlayer(scenario, ownSeat, new RandomStream(seed, 'rule player', ownSeat));
  return (state, _seat, random) => lessons.utterance(player.chooseStrategy(state, random), state, random);
}

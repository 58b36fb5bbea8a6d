import { scriptedPartnersOf } from '../../agent/scriptedPartners.ts';
import { AppError } from '../../base/errors.ts';
import { RandomStream } from '../../base/random.ts';
import { lessonsOf, type AnyLessons } from '../../environment/registry.ts';
import type { Speaker } from '../../policy/engine.ts';
import type { Cell, Player } from '../../record/experiment.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import {
  advisedSeat,
  agentPlan,
  fixedStrategy,
  type Cast,
  type Script,
  type SeatPlan,
} from '../../training/seatPlan.ts';
import { scriptedNames, type RULES } from '../players.ts';

/** The plan of a player for one seat of one episode. */
export type Seating = (scenario: Scenario, seat: SeatIndex, index: number) => SeatPlan<unknown>;

/**
 * Seats a player. @param speakerOf the weights of a training, open on the device
 * @throws AppError `player-unknown`, and those of `advisedSeat`
 */
export function seatingOf(
  player: Player,
  { agent, environment, agentTemperature, seed }: Pick<Cell, 'agent' | 'environment' | 'agentTemperature' | 'seed'>,
  cast: Cast<unknown>,
  speakerOf: (runId: string, updates: number) => Speaker,
): Seating {
  const at = (strategistTemperature: number): Cast<unknown> => ({ ...cast, strategistTemperature });
  const always =
    (plan: SeatPlan<unknown>): Seating =>
    () =>
      plan;
  switch (player.kind) {
    case 'base':
      return always(advisedSeat(at(player.temperature), 'base', agent));
    case 'none':
      return always(advisedSeat(cast, 'none', agent));
    case 'react':
      // One writer, one temperature: the agent's.
      return always(advisedSeat(at(agentTemperature), 'react', agent));
    case 'fixed':
      return always(advisedSeat(cast, fixedStrategy(player.text), agent));
    case 'trained': {
      const speaker = speakerOf(player.runId, player.updates);
      const strategist = { kind: 'model', speaker, temperature: player.temperature, isTrained: false } as const;
      return always({ strategist, agent: agentPlan(cast, agent) });
    }
    case 'chat':
      return always(advisedSeat(cast, 'none', 'chat'));
    case 'script':
      if (player.name === ('rule-player' satisfies (typeof RULES)[number])) {
        return (scenario, seat, index) => speaking(rulePlayer(lessonsOf(environment), scenario, seat, seed, index));
      }
      return always(speaking(scriptNamed(player.name, environment)));
  }
}

function speaking(speak: Script<unknown>): SeatPlan<unknown> {
  return { strategist: null, agent: { kind: 'script', speak } };
}

function scriptNamed(name: string, environment: Cell['environment']): Script<unknown> {
  if (name === ('random-legal' satisfies (typeof RULES)[number])) {
    const lessons = lessonsOf(environment);
    return (state, _seat, random) => lessons.utterance(lessons.drawStrategy(state, random), state, random);
  }
  const script = scriptedPartnersOf(environment).get(name);
  if (script) return script;
  throw new AppError('player-unknown', {
    what: `There is no scripted player "${name}".`,
    why: `In ${environment} there are: ${scriptedNames(environment).join(', ')}.`,
    fix: 'Choose one of them.',
  });
}

/** Its temperament is drawn once for the dialogue, the same in every cell of the seed. */
function rulePlayer(
  lessons: AnyLessons,
  scenario: Scenario,
  seat: SeatIndex,
  seed: number,
  index: number,
): Script<unknown> {
  const player = lessons.createPlayer(scenario, seat, new RandomStream(seed, 'temperament', index, seat));
  return (state, _seat, random) => lessons.utterance(player.chooseStrategy(state, random), state, random);
}

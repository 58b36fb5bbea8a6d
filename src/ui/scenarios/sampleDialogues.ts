import { RandomStream } from '../../base/random.ts';
import { sotopiaLessons } from '../../environment/sotopia/lessons.ts';
import type { SotopiaScenario } from '../../environment/sotopia/scenario.ts';
import { otherSeat, type SeatIndex } from '../../record/scenario.ts';
import { ruleDialogue, type RuleDialogue } from '../../reward/userRule.ts';

/** Dialogues of rule-made players in a scenario, to try a rule on: the same whenever they are asked for. */
export function sampleDialogues(scenario: SotopiaScenario, count: number): readonly RuleDialogue[] {
  return Array.from({ length: count }, (_, index) => sampleDialogue(scenario, index));
}

function sampleDialogue(scenario: SotopiaScenario, index: number): RuleDialogue {
  const { environment } = sotopiaLessons;
  const random = new RandomStream(1, 'rule sample', index);
  const playerOf = (seat: SeatIndex) => sotopiaLessons.createPlayer(scenario, seat, random);
  const players = [playerOf(0), playerOf(otherSeat(0))] as const;
  const turns: RuleDialogue['turns'][number][] = [];
  let state = environment.start(scenario, environment.turnLimit);
  for (let seat = environment.seatToMove(state); seat !== null; seat = environment.seatToMove(state)) {
    const utterance = sotopiaLessons.utterance(players[seat].chooseStrategy(state, random), state, random);
    const action = environment.readAction(state, utterance);
    turns.push({ seat, utterance, action });
    state = environment.step(state, action);
  }
  const outcome = environment.outcome(state);
  if (!outcome) throw new Error('sampleDialogue: nobody is to move, and the dialogue is not over');
  return ruleDialogue({ scenario, turns, endReason: outcome.endReason, points: outcome.points });
}

import { TRANSCRIPT, TranscriptScenario } from '../../record/dialogueSet.ts';
import { Action } from '../../record/episode.ts';
import type { Scenario } from '../../record/scenario.ts';
import type { Environment } from '../../environment/environment.ts';

/** Nothing is known but how many turns there were. */
interface Spoken {
  readonly turns: number;
}

/**
 * Dialogues from elsewhere: words of which nobody knows the rules. They are read as they are written; nothing can be played,
 * and nobody can be asked what an utterance means.
 */
export const transcript: Environment<Spoken> = {
  name: TRANSCRIPT,
  description: {
    label: 'Transcript',
    about: 'A dialogue from elsewhere, of which only the words are known.',
    seat: () => 'a speaker',
    table: () => 'A dialogue from elsewhere.',
    goal: (scenario) => viewOf(scenario),
    board: () => [],
    detail: () => null,
  },
  scenarioSchema: TranscriptScenario as unknown as Environment<Spoken>['scenarioSchema'], // a scenario with one field more
  actionSchema: Action,
  turnLimit: 1000,
  scenarios: () => [],
  sampleScenario: () => {
    throw new Error('a transcript has no scenarios of its own');
  },
  start: () => ({ turns: 0 }),
  seatToMove: () => null,
  view: (scenario) => viewOf(scenario),
  board: () => '',
  readAction: () => ({ kind: 'talk' }),
  readStrategy: () => ({ family: null, isApplicable: false, isFollowed: null }),
  carryOut: () => null,
  step: ({ turns }) => ({ turns: turns + 1 }),
  turnsLeft: () => 1,
  outcome: () => null,
  yardsticks: () => [],
};

function viewOf(scenario: Scenario): string {
  return TranscriptScenario.parse(scenario).view;
}

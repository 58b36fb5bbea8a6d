import { expect, test } from 'vitest';
import { mark, marked, secretMark } from '../../../tests/markedSecrets.ts';
import { readSotopiaFiles } from '../../../tests/sotopiaFiles.ts';
import { RandomStream } from '../../base/random.ts';
import { otherSeat } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { importSotopia } from './importSotopia.ts';
import { sotopiaLessons } from './lessons.ts';
import { ownScenarios } from './ownPack.ts';
import { seatScenarios } from './pack.ts';
import type { SotopiaScenario } from './scenario.ts';
import { createSotopia, sotopia } from './sotopia.ts';
import type { SotopiaState } from './state.ts';

const SEATS = [0, 1] as const;
/** All that a seat, its strategist and its agent are given to read besides utterances. */
function promptsOf(scenario: SotopiaScenario, state: SotopiaState, seat: SeatIndex): readonly string[] {
  const { description } = sotopia;
  return [
    sotopia.view(scenario, seat),
    sotopia.board(state, seat),
    description.table(scenario),
    description.goal(scenario, seat) ?? '',
    ...description.board(state, seat).map(({ label, text }) => `${label}: ${text}`),
  ];
}

function expectNothingLeaked(scenario: SotopiaScenario, state: SotopiaState): void {
  for (const seat of SEATS) {
    const prompts = promptsOf(scenario, state, seat).join('\n');
    expect(prompts).toContain(secretMark(seat));
    expect(prompts, scenario.id).not.toContain(secretMark(otherSeat(seat)));
  }
}

test('1,000 random episodes of the own pack: no prompt of a seat holds the other’s goal, secret or strategy', () => {
  let turns = 0;
  for (let index = 0; index < 1000; index++) {
    const random = new RandomStream(7, 'leaks', index);
    const scenario = marked(random.pick(ownScenarios()));
    let state = sotopia.start(scenario, sotopia.turnLimit);
    for (let seat = sotopia.seatToMove(state); seat !== null; seat = sotopia.seatToMove(state)) {
      expectNothingLeaked(scenario, state);
      const strategy = sotopiaLessons.drawStrategy(state, random);
      const utterance =
        random.uniform() < 0.05
          ? sotopiaLessons.noise(state, random)
          : sotopiaLessons.utterance(strategy, state, random);
      const action = sotopia.readAction(state, utterance);
      // Reading a strategy is all that the environment ever does with one.
      sotopia.readStrategy(state, mark(sotopiaLessons.strategyText(strategy, random), seat), action);
      state = sotopia.step(state, action);
      expect(JSON.stringify(state.actions)).not.toContain('zq');
      turns++;
    }
    expect(sotopia.outcome(state)).not.toBeNull();
  }
  expect(turns).toBeGreaterThan(3000);
}, 60_000);

const files = readSotopiaFiles();

test.skipIf(files === null)(
  'all 450 pairs of SOTOPIA: counts, every combo, and no view holds the other’s goal or secret (needs PARLEY_SOTOPIA or ../shared/data/sotopia)',
  () => {
    if (!files) return;
    const { hardComboIds, ...profiles } = files;
    const pack = importSotopia(profiles);
    expect([pack.scenarios.length, pack.characters.length, pack.relationships.length]).toEqual([90, 40, 120]);
    const scenarios = seatScenarios(pack);
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(450);
    const hard = importSotopia({ ...profiles, comboIds: hardComboIds });
    expect([hard.scenarios.length, seatScenarios(hard).length]).toEqual([14, 70]);
    const environment = createSotopia(() => scenarios);
    expect([environment.scenarios('train').length, environment.scenarios('test').length]).toEqual([0, 450]);

    for (const scenario of scenarios) {
      expectNothingLeaked(marked(scenario), sotopia.start(marked(scenario), 21));
      for (const seat of SEATS) {
        const view = sotopia.view(scenario, seat);
        const { secret } = scenario.people[otherSeat(seat)];
        expect(view).not.toContain(secret);
        expect(view).toContain(scenario.people[seat].secret);
        expect(view).not.toMatch(/<\/?(?:p|extra_info|clarification_hint|strategy_hint)\b|undefined/);
        const [own, other] = [scenario.goals[seat], scenario.goals[otherSeat(seat)]];
        if (own !== other && !own.includes(other)) expect(view).not.toContain(other);
      }
      const end = ['hello', 'did nothing'].reduce(
        (state, text) => environment.step(state, environment.readAction(state, text)),
        environment.start(scenario, 21),
      );
      expect(environment.outcome(end)).toEqual({
        endReason: 'finished',
        points: [0, 0],
        isParetoOptimal: false,
        unscored: [0, 1],
      });
    }
  },
);

test('a SOTOPIA file with a broken line: the complaint names file, line and field', () => {
  const files = { environments: '', agents: '\n{"agent_id": "a"}', relationships: '', combos: '' };
  expect(() => importSotopia(files)).toThrow(/agent_profiles\.jsonl.*Line 2, first_name/);
  expect(() => importSotopia({ ...files, agents: '{' })).toThrow(/agent_profiles\.jsonl.*Line 1 is not JSON/);
  const combos = '{"combo_id":"c","env_id":"e","agent_ids":["a","b"]}';
  expect(() => importSotopia({ ...files, agents: '', combos })).toThrow(/combo c is of e/);
});

import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import type { HouseholdScenario, HouseholdState } from './house.ts';
import { household } from './household.ts';
import { NONSENSE } from './language.ts';
import { householdLessons } from './lessons.ts';
import { createPlayerOf, TEMPERAMENT_NAMES } from './players.ts';
import { actionText } from './readAction.ts';
import { sampleScenario, scenariosOf } from './scenarios.ts';
import { actionFor, writeStrategy } from './strategies.ts';
import { householdYardsticks } from './yardsticks.ts';

const kitchen: HouseholdScenario = {
  environment: 'household',
  id: 'a kitchen',
  canonicalId: 'a kitchen',
  split: 'train',
  family: 'heat',
  kind: 'mug',
  target: 'cabinet',
  room: 'kitchen',
  layoutIndex: 0,
  places: ['fridge 1', 'microwave 1', 'sinkbasin 1', 'table 1', 'cabinet 1', 'cabinet 2'],
  objects: { 'mug 1': 'table 1', 'mug 2': 'cabinet 1', 'apple 1': 'fridge 1', 'book 1': 'table 1' },
};

/** Says everything in turn, the house answering in between; stops where the episode ends. */
function say(scenario: HouseholdScenario, utterances: readonly string[], turnLimit = 80): HouseholdState {
  let state = household.start(scenario, turnLimit);
  for (const utterance of utterances) {
    expect(household.seatToMove(state), utterance).toBe(0);
    state = household.step(state, household.readAction(state, utterance));
    if (household.seatToMove(state) === 1)
      state = household.step(state, household.readAction(state, state.observation));
  }
  return state;
}

const heated = ['go to table 1', 'take mug 1 from table 1', 'go to microwave 1', 'heat mug 1 with microwave 1'];
const toCabinet = ['go to cabinet 2', 'open cabinet 2', 'put mug 1 in cabinet 2'];

describe('the six kinds of tasks', () => {
  const won = { endReason: 'finished', points: [10, 0], isParetoOptimal: true };
  const cases: [HouseholdScenario, string[]][] = [
    [kitchen, [...heated, ...toCabinet]],
    [{ ...kitchen, family: 'place', target: 'table' }, ['go to cabinet 1', 'open cabinet 1', 'take mug 2 from cabinet 1', 'go to table 1', 'put mug 2 on table 1']], // prettier-ignore
    [{ ...kitchen, family: 'clean' }, [...heated.slice(0, 2), 'go to sinkbasin 1', 'clean mug 1 with sinkbasin 1', ...toCabinet]], // prettier-ignore
    [{ ...kitchen, family: 'cool' }, [...heated.slice(0, 2), 'go to fridge 1', 'cool mug 1 with fridge 1', ...toCabinet]], // prettier-ignore
    [{ ...kitchen, family: 'two', target: 'sinkbasin' }, [...heated.slice(0, 2), 'go to sinkbasin 1', 'put mug 1 in sinkbasin 1', 'go to cabinet 1', 'open cabinet 1', 'take mug 2 from cabinet 1', 'go to sinkbasin 1', 'put mug 2 in sinkbasin 1']], // prettier-ignore
    [{ ...kitchen, family: 'look', kind: 'apple', target: 'table', objects: { ...kitchen.objects, 'desklamp 1': 'table 1' } }, ['go to fridge 1', 'open fridge 1', 'take apple 1 from fridge 1', 'go to table 1', 'use desklamp 1']], // prettier-ignore
  ];
  test.each(cases)('are finished by the last action and not before (%#)', (scenario, utterances) => {
    expect(household.outcome(say(scenario, utterances.slice(0, -1)))).toBeNull();
    const state = say(scenario, utterances);
    expect(household.outcome(state)).toEqual(won);
    expect(household.seatToMove(state)).toBeNull();
    expect(household.turnsLeft(state, 0)).toBe(0);
  });

  test('a cold mug that was hot is not hot', () => {
    const state = say(kitchen, [...heated, 'go to fridge 1', 'cool mug 1 with fridge 1', ...toCabinet]);
    expect(household.outcome(state)).toBeNull();
    expect(state.conditions['mug 1']).toEqual(['cold']);
  });

  test('a mug that was not heated does not count; it may be taken back and heated', () => {
    const unheated = [...heated.slice(0, 2), ...toCabinet];
    expect(household.outcome(say(kitchen, unheated))).toBeNull();
    const again = [
      ...unheated,
      'take mug 1 from cabinet 2',
      ...heated.slice(2),
      'go to cabinet 2',
      'put mug 1 in cabinet 2',
    ];
    expect(household.outcome(say(kitchen, again))?.points).toEqual([10, 0]);
  });

  test('the turn limit ends the episode without points, the house counted', () => {
    const state = say(kitchen, ['look', 'look'], 4);
    expect(household.outcome(state)).toEqual({ endReason: 'turn-limit', points: [0, 0], isParetoOptimal: false });
    expect(() => household.step(state, { kind: 'look' })).toThrow('already over');
  });
});

describe('actions', () => {
  const refusals: [before: string[], text: string][] = [
    [[], ''],
    [[], 'go to bathtub 1'],
    [[], 'go to fridge 2'],
    [[], 'take mug 1 from table 1'],
    [['go to table 1'], 'go to table 1'],
    [['go to table 1'], 'open table 1'],
    [['go to fridge 1'], 'take apple 1 from fridge 1'],
    [['go to fridge 1'], 'close fridge 1'],
    [['go to table 1'], 'take apple 1 from table 1'],
    [['go to table 1', 'take mug 1'], 'take book 1 from table 1'],
    [['go to table 1', 'take mug 1', 'go to cabinet 1'], 'put mug 1 in cabinet 1'],
    [['go to table 1', 'take mug 1'], 'heat mug 1 with microwave 1'],
    [['go to table 1', 'take book 1', 'go to microwave 1'], 'heat book 1 with microwave 1'],
    [['go to table 1'], 'use desklamp 1'],
    [['go to table 1'], 'take mug 1 and book 1'],
  ];
  test.each(refusals)('after %j “%s” is impossible: nothing happens but the turn is gone', (before, text) => {
    const state = say(kitchen, before);
    expect(household.readAction(state, text).kind).toBe('invalid');
    const after = say(kitchen, [...before, text]);
    expect(after).toEqual({ ...state, turnIndex: state.turnIndex + 2, observation: 'Nothing happens.' });
  });

  const freeTexts: [before: string[], text: string, action: string][] = [
    [[], 'Walk over to the fridge.', 'go to fridge 1'],
    [['go to table 1'], 'Grab the mug!', 'take mug 1 from table 1'],
    [['go to fridge 1'], 'open it', 'invalid'],
    [['go to fridge 1'], 'Open the fridge', 'open fridge 1'],
    [['go to table 1', 'take mug 1'], 'put the mug down', 'put mug 1 on table 1'],
    [['go to table 1', 'take mug 1'], 'put mug 1 in/on table 1', 'put mug 1 on table 1'],
    [['go to table 1', 'take mug 1', 'go to sinkbasin 1'], 'wash the mug', 'clean mug 1 with sinkbasin 1'],
    [[], 'go to the cabinet', 'invalid'],
  ];
  test.each(freeTexts)('after %j “%s” is read as “%s”', (before, text, action) => {
    expect(actionText(household.readAction(say(kitchen, before), text))).toBe(action);
  });

  test('the house answers in its own turn, and its words change nothing', () => {
    const start = household.start(kitchen, 80);
    const state = household.step(start, household.readAction(start, 'go to table 1'));
    expect(state.observation).toBe('You see book 1, mug 1.');
    expect(household.readAction(state, 'take mug 1 from table 1')).toEqual({ kind: 'observation' });
    expect(household.step(state, { kind: 'observation' })).toEqual({ ...state, turnIndex: 2 });
  });
});

test('view and board say what the seat knows, in few words', () => {
  expect(household.view(kitchen, 0)).toBe(
    'put hot mug in cabinet places fridge 1 microwave 1 sinkbasin 1 table 1 cabinet 1 cabinet 2',
  );
  expect(household.view({ ...kitchen, family: 'look' }, 0)).not.toContain('cabinet places');
  const board = (utterances: string[]) => household.board(say(kitchen, utterances), 0);
  expect(board([])).toBe('40 at middle hold nothing new sinkbasin 1 table 1 fridge 1 microwave 1 cabinet 1 cabinet 2');
  expect(board(['go to cabinet 1'])).toBe(
    '39 at cabinet 1 closed hold nothing new sinkbasin 1 table 1 fridge 1 microwave 1 cabinet 2',
  );
  expect(board(['go to table 1'])).toBe('39 at table 1 here book 1 mug 1 hold nothing seen mug 1 table 1');
  expect(board(heated.slice(0, 2))).toBe('38 at table 1 hold mug 1 hot no next microwave 1');
  expect(board(heated)).toBe('36 at microwave 1 closed hold mug 1 hot yes next cabinet 1');
  const second = say({ ...kitchen, family: 'two', target: 'sinkbasin' }, [...heated.slice(0, 2), 'go to sinkbasin', 'put mug down']); // prettier-ignore
  expect(household.board(second, 0)).toBe(
    '36 at sinkbasin 1 here mug 1 hold nothing placed 1 new cabinet 1 cabinet 2 fridge 1 microwave 1',
  );
});

test('a strategy is followed by what it asks for and by nothing else', () => {
  const state = say(kitchen, heated);
  const read = (strategy: string, utterance: string) =>
    household.readStrategy(state, strategy, household.readAction(state, utterance));
  expect(read('bring mug 1 to cabinet 2', 'go to cabinet 2')).toEqual({ family: 'bring', isApplicable: true, isFollowed: true }); // prettier-ignore
  expect(read('bring mug 1 to cabinet 2', 'go to cabinet 1').isFollowed).toBe(false);
  expect(read('bring mug 2 to cabinet 2', 'go to cabinet 2')).toEqual({ family: 'bring', isApplicable: false, isFollowed: null }); // prettier-ignore
  expect(read('be bold', 'look')).toEqual({ family: null, isApplicable: false, isFollowed: null });
});

test('whatever the temperament, players choose strategies that apply', () => {
  for (const temperament of TEMPERAMENT_NAMES) {
    for (let episode = 0; episode < 60; episode++) {
      const random = new RandomStream(8, temperament, episode);
      const player = createPlayerOf(temperament);
      let state = household.start(sampleScenario(random, 'train'), 40);
      for (let seat = household.seatToMove(state); seat !== null; seat = household.seatToMove(state)) {
        if (seat === 1) {
          state = household.step(state, { kind: 'observation' });
          continue;
        }
        const chosen = player.chooseStrategy(state, random);
        const action = household.readAction(state, actionText(actionFor(chosen, state)));
        const text = writeStrategy(chosen, random);
        expect(household.readStrategy(state, text, action), `${temperament}: ${text}`).toEqual({
          family: chosen.family,
          isApplicable: true,
          isFollowed: true,
        });
        state = household.step(state, action);
      }
    }
  }
});

test('scenarios: 500 or more to train on, 100 or more to hold out, none done at first', () => {
  expect(scenariosOf('train').length).toBeGreaterThanOrEqual(500);
  expect(scenariosOf('validation').length).toBeGreaterThanOrEqual(100);
  expect(scenariosOf('test').length).toBeGreaterThanOrEqual(100);
  for (const { family, kind, target, objects } of scenariosOf('test')) {
    const lying = Object.entries(objects).filter(([object]) => object.startsWith(`${kind} `));
    expect(lying.length).toBeGreaterThanOrEqual(family === 'two' ? 2 : 1);
    if (family !== 'look') expect(lying.some(([, place]) => place.startsWith(`${target} `))).toBe(false);
  }
});

test('noise and nonsense never do anything', () => {
  const state = say(kitchen, heated);
  const random = new RandomStream(6);
  const noises = Array.from({ length: 300 }, () => householdLessons.noise(state, random));
  for (const text of [...NONSENSE, ...noises]) expect(household.readAction(state, text).kind, text).toBe('invalid');
});

test('the yardsticks are far apart', () => {
  const [random, expert] = householdYardsticks().map(({ points }) => points);
  expect(random).toBeLessThan(3);
  expect(expert).toBe(10);
});

import { expect, test } from 'vitest';
import { writeScenario } from '../../../tests/sotopiaScenario.ts';
import type { Environment } from '../environment.ts';
import { RELATIONSHIPS } from './character.ts';
import { sotopia } from './sotopia.ts';
import { startTalk, takeTurn } from './state.ts';
import type { SotopiaState } from './state.ts';
import { endingOf, TURN_LIMIT } from './talk.ts';
import { readNaming, settledIn } from './terms.ts';
import { viewerText } from './viewerText.ts';

const [DAY, PRICE] = writeScenario().issues;
if (!DAY || !PRICE) throw new Error('the scenario has two issues');

function talk(texts: readonly string[], scenario = writeScenario(), turnLimit = TURN_LIMIT): SotopiaState {
  return texts.reduce(
    (state, text) => takeTurn(state, sotopia.readAction(state, text)),
    startTalk(scenario, turnLimit),
  );
}
const settled = (...texts: string[]) => settledIn(talk(texts).terms);
const outcome = (...texts: string[]) => sotopia.outcome(talk(texts));
type Outcome = ReturnType<Environment<SotopiaState>['outcome']>;
const points = (result: Outcome) => result?.points.map((value) => Math.round(value * 1000) / 1000);

test('the 21st turn ends the dialogue, and the 20th does not', () => {
  const words = Array.from({ length: 20 }, (_, turn) => `word ${turn}`);
  expect(sotopia.seatToMove(talk(words))).toBe(0);
  expect(talk([...words, 'the last word']).phase).toBe('over');
  expect(outcome(...words, 'the last word')?.endReason).toBe('turn-limit');
  expect(sotopia.turnLimit).toBe(21);
});

test('leaving ends it at once, whoever leaves', () => {
  expect(outcome('left the conversation')?.endReason).toBe('walk-away');
  expect(outcome('hello', '{"action_type": "leave", "argument": "bye"}')?.endReason).toBe('walk-away');
});

test('the quirk: seat 1 ends the dialogue by doing nothing once, seat 0 never alone', () => {
  expect(outcome('hello', 'did nothing')?.endReason).toBe('finished');
  expect(talk(['did nothing']).phase).toBe('talking');
  expect(talk(['hello', 'hello', 'did nothing', 'hello', 'did nothing']).phase).toBe('talking');
  const end = (...kinds: ('speak' | 'none')[]) =>
    endingOf({ turnLimit: 21, actions: kinds.map((kind) => (kind === 'speak' ? { kind, text: 'x' } : { kind })) });
  expect(end('none')).toBeNull();
  expect(end('none', 'none')).toBe('silence');
  expect(end('speak', 'none')).toBe('silence');
  expect(end('speak', 'speak', 'none')).toBeNull();
});

test('what cannot be read is heard by nobody and ends nothing', () => {
  const state = talk(['hello', '{"action_type": "action", "argument": "waves"}']);
  expect(state.actions[1]).toEqual({ kind: 'invalid', reason: expect.stringContaining('“action”') });
  expect(state.phase).toBe('talking');
  expect(sotopia.board(state, 0)).toContain('Ben Gray did nothing');
});

test.each([
  ['{"action_type": "speak", "argument": "Hello there."}', { kind: 'speak', text: 'Hello there.' }],
  ['Sure! ```json\n{"action_type": "none", "argument": "ignored"}\n```', { kind: 'none' }],
  ['said: "Good day."', { kind: 'speak', text: 'Good day.' }],
  ['Good\nday.', { kind: 'speak', text: 'Good day.' }],
  ['left the conversation', { kind: 'leave' }],
  ['I left the conversation early.', { kind: 'speak', text: 'I left the conversation early.' }],
  ['...', { kind: 'none' }],
])('“%s” is read as it is meant', (utterance, action) => {
  expect(sotopia.readAction(talk([]), utterance)).toEqual(action);
});

test('a relationship decides what is seen of the other; its secret and goal never are', () => {
  const seen = RELATIONSHIPS.map((relationship) => {
    const view = sotopia.view(writeScenario({ relationship }), 0);
    expect(view).toContain("Ada's secret: Ada cannot bake.");
    expect(view).toContain("Ben Gray's goal: Unknown");
    expect(view).not.toMatch(/Ben cannot bake|sunday for 60|"leak"/);
    return [
      view.includes("Ben Gray's background"),
      view.includes('40-year-old woman baker. She/her pronouns. Ben plays'),
      /Ben plays the tuba. Personality/.test(view),
    ];
  });
  expect(seen).toEqual([
    [false, false, false], // stranger
    [true, false, false], // know-by-name
    [true, true, false], // acquaintance
    [true, true, true], // friend
    [true, true, true], // romantic
    [true, true, true], // family
  ]);
});

test('goal tags give way to what they hold, and paragraphs for others are left out', () => {
  const text =
    'Win <extra_info>Today</extra_info>. <p viewer="environment">Secret.</p><p viewer=\'agent_1\'>You limp.</p>';
  expect([viewerText(text, 0), viewerText(text, 1)]).toEqual(['Win Today.', 'Win Today. You limp.']);
});

test('one value in a plain sentence is named; a doubt, a question or a condition is not firm', () => {
  const firm = (value: string) => ({ kind: 'named', value, isFirm: true });
  expect(readNaming(DAY, 'Friday it is.')).toEqual(firm('friday'));
  expect(readNaming(DAY, 'How about Friday?')).toEqual({ ...firm('friday'), isFirm: false });
  expect(readNaming(DAY, 'If you insist, friday.')).toEqual({ ...firm('friday'), isFirm: false });
  expect(readNaming(DAY, "I can't do friday, but sunday is good.")).toEqual(firm('sunday'));
  expect(readNaming(DAY, "Friday won't do.")).toEqual({ kind: 'refused', values: ['friday'] });
  expect(readNaming(DAY, 'Friday or sunday.')).toEqual({ kind: 'unclear' });
  expect(readNaming(DAY, 'Fridays are loud.')).toEqual({ kind: 'silent' });
  expect(readNaming(PRICE, 'I pay $30.')).toEqual(firm('30'));
  expect(readNaming(PRICE, '30 dollars, 2 oars')).toEqual(firm('30'));
  expect(readNaming(PRICE, '900 dollars')).toEqual({ kind: 'silent' });
  expect(readNaming(PRICE, 'From 30 dollars to 40 dollars.')).toEqual({ kind: 'unclear' });
});

test('a term is settled when one names it and the other takes it up, and by nothing less', () => {
  expect(settled('How about Friday?', 'Friday it is.')).toEqual({ day: 'friday', price: null });
  expect(settled('How about Friday?', 'Agreed.')).toEqual({ day: 'friday', price: null });
  expect(settled('Friday for 30 dollars.', "Yes, it's a deal.")).toEqual({ day: 'friday', price: '30' });
  const open = { day: null, price: null };
  expect(settled('How about Friday?', 'Friday?')).toEqual(open);
  expect(settled('How about Friday?', 'Agreed, if you bring cake.')).toEqual(open);
  expect(settled('How about Friday?', 'No deal.')).toEqual(open);
  expect(settled('How about Friday?', 'We agreed on Sunday.')).toEqual(open);
  expect(settled('We have a deal.', 'hello', 'You said friday.')).toEqual(open);
  expect(settled('Friday.', 'Friday?', 'Yes.')).toEqual(open);
});

test('who names something else, or takes it back, opens the issue again', () => {
  expect(settled('Friday.', 'Friday.', 'Sunday, then.').day).toBeNull();
  expect(settled('Friday.', 'Friday.', "I can't do friday.").day).toBeNull();
  expect(settled('Friday.', 'Friday.', 'Yes, friday.').day).toBe('friday');
});

test('points by hand', () => {
  // Friday for 30 dollars: 4 + 6 · 30/40 for seat 0; 0 + 4 · 10/40 + 3 + 1 for seat 1.
  const deal = ['Friday for 30 dollars.', 'Agreed.'];
  expect(points(outcome(...deal, 'hello', 'did nothing'))).toEqual([8.5, 5]);
  expect(points(outcome(...deal, 'hello', 'There is a leak.', 'left the conversation'))).toEqual([8.5, 1]);
  expect(points(outcome('hello', 'did nothing'))).toEqual([0, 4]);
  expect(outcome(...deal, 'left the conversation')?.endReason).toBe('agreement');
});

test('an ending is best when no other does better for one without hurting the other', () => {
  // Seat 0 gains 4 points where seat 1 loses 2: friday beats sunday at a price 10 dollars higher.
  expect(outcome('Friday for 40 dollars.', 'Agreed.', 'bye', 'did nothing')?.isParetoOptimal).toBe(true);
  expect(outcome('Friday for 40 dollars.', 'Agreed. It has a leak.', 'bye', 'did nothing')?.isParetoOptimal).toBe(
    false,
  );
  expect(outcome('hello', 'did nothing')?.isParetoOptimal).toBe(false);
});

test('a goal that no rule checks has no points, and says so', () => {
  const scenario = writeScenario({ scoring: { kind: 'evaluator' } });
  const state = talk(['Friday.', 'Agreed.', 'left the conversation'], scenario);
  expect(sotopia.outcome(state)).toMatchObject({ points: [0, 0], unscored: [0, 1] });
  expect(sotopia.offerValue?.(talk(['Friday.'], scenario), 1)).toBeNull();
  expect(outcome('hello', 'did nothing')?.unscored).toBeUndefined();
});

test('the offer is worth what taking it up would bring', () => {
  expect(sotopia.offerValue?.(talk([]), 0)).toBeNull();
  expect(sotopia.offerValue?.(talk(['Friday for 30 dollars.']), 1)).toBe(5);
  expect(sotopia.offerValue?.(talk(['hello', 'Sunday for 20 dollars.']), 0)).toBe(6);
});

test('the given state is left untouched, and a finished dialogue cannot be taken up again', () => {
  const state = Object.freeze(talk(['Friday.']));
  const before = JSON.stringify(state);
  takeTurn(state, { kind: 'speak', text: 'Agreed.' });
  expect(JSON.stringify(state)).toBe(before);
  expect(() => takeTurn(talk(['left the conversation']), { kind: 'none' })).toThrow('over');
  expect(() => startTalk(writeScenario(), 0)).toThrow(RangeError);
});

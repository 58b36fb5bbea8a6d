import { expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import type { TalkAnswer } from '../../../workers/protocol.ts';
import { Talk } from '../../../workers/protocol.ts';
import { dealOrNoDeal } from '../../environment/negotiation/dealOrNoDeal.ts';
import { ALL_LESSONS, environmentOf, lessonsOf } from '../../environment/registry.ts';
import { ENVIRONMENT_NAMES } from '../../record/environmentName.ts';
import { isStrategy, strategyTexts, suggestPhrases } from './gameWords.ts';
import { readTalk } from './talkReading.ts';
import {
  changesOfTalk,
  DEFAULT_TALK_SETTINGS,
  needsNewStart,
  scenarioOf,
  seatOf,
  talkSettingsFrom,
  withNextSeed,
} from './talkSettings.ts';
import { applyToTalk, NO_TALK, pendingEntry, talkOrder, type TalkChange, type TalkState } from './talkState.ts';

const after = (changes: readonly TalkChange[], start: TalkState = NO_TALK) => changes.reduce(applyToTalk, start);

const reply = (strategy: string | null, utterance: string): TalkAnswer => ({
  strategy,
  strategyIds: [7, 2],
  utterance,
  utteranceIds: [5, 6, 3],
});
const failure = { code: 'run-active', what: 'what', why: 'why', fix: 'fix' };
const FIRST_ROUND: readonly TalkChange[] = [
  { kind: 'spoke', utterance: 'i take everything' },
  { kind: 'asked', askId: 'one' },
  { kind: 'talk.answered', askId: 'one', answer: 'plain', reply: reply(null, 'deal') },
  { kind: 'talk.answered', askId: 'one', answer: 'advised', reply: reply('say no', 'no that does not work') },
];

test('the answer with a strategy goes on unless the person chooses the other', () => {
  const talk = after(FIRST_ROUND);
  const scenario = scenarioOf(DEFAULT_TALK_SETTINGS);
  expect(talk.entries.at(-1)).toMatchObject({ chosen: 'advised' });
  expect(readTalk(dealOrNoDeal, scenario, talk.entries).state).toMatchObject({ phase: 'talking' });

  const changed = after([{ kind: 'chose', answer: 'plain' }], talk);
  const { state, entries } = readTalk(dealOrNoDeal, scenario, changed.entries);
  expect(state).toMatchObject({ phase: 'over', outcome: { endReason: 'agreement', points: [10, 0] } });
  // Both answers are read on the table that the model saw, whichever goes on.
  expect(entries.at(-1)).toMatchObject({
    by: 'model',
    answers: {
      plain: { action: { kind: 'accept' }, strategyReading: null },
      advised: { action: { kind: 'reject' }, strategyReading: { family: 'reject', isFollowed: true } },
    },
  });
});

test('text streams into its own answer; the empty strategy of the plain one is not shown', () => {
  const talk = after([
    ...FIRST_ROUND.slice(0, 2),
    { kind: 'talk.streamed', askId: 'one', answer: 'plain', role: 'strategist', text: '', tokenCount: 1 },
    { kind: 'talk.streamed', askId: 'one', answer: 'advised', role: 'strategist', text: 'say', tokenCount: 1 },
    { kind: 'talk.streamed', askId: 'one', answer: 'plain', role: 'agent', text: 'de', tokenCount: 1 },
  ]);
  expect(pendingEntry(talk)?.answers).toMatchObject({
    plain: { strategy: null, utterance: 'de', writing: 'agent' },
    advised: { strategy: 'say', utterance: '', writing: 'strategist' },
  });
  expect(readTalk(dealOrNoDeal, scenarioOf(DEFAULT_TALK_SETTINGS), talk.entries).entries.at(-1)).toMatchObject({
    answers: { plain: null, advised: null },
  });
});

test('news of a question that was left changes nothing', () => {
  const talk = after(FIRST_ROUND.slice(0, 2));
  const late: TalkChange = { kind: 'talk.answered', askId: 'zero', answer: 'plain', reply: reply(null, 'deal') };
  expect(applyToTalk(talk, late)).toBe(talk);
  expect(applyToTalk(NO_TALK, { kind: 'talk.failed', askId: 'one', failure })).toBe(NO_TALK);
});

test('a failure takes the unfinished answers away, keeps the words, and can be asked again', () => {
  const failed = after([...FIRST_ROUND.slice(0, 3), { kind: 'talk.failed', askId: 'one', failure }]);
  expect(failed).toEqual({ entries: [{ by: 'person', utterance: 'i take everything' }], failure });
  const again = after([{ kind: 'asked', askId: 'two' }], failed);
  expect(pendingEntry(again)?.askId).toBe('two');
  expect(again.failure).toBeNull();
});

test('the order holds the whole dialogue with the tokens of the chosen answers, and the protocol takes it', () => {
  const talk = after([...FIRST_ROUND, { kind: 'spoke', utterance: 'deal' }]);
  const settings = talkSettingsFrom({ strategy: '  hold firm ', seed: '9', seat: 'B' });
  const order = talkOrder(talk, settings);
  expect(Talk.parse(structuredClone(order))).toEqual(order);
  expect(order).toMatchObject({
    advice: 'hold firm',
    personSeat: 1,
    seed: 9,
    scenario: { split: 'validation' },
    turns: [
      { by: 'person', utterance: 'i take everything' },
      { by: 'model', strategyIds: [7, 2], utteranceIds: [5, 6, 3] },
      { by: 'person', utterance: 'deal' },
    ],
  });
  expect(talkOrder(talk, DEFAULT_TALK_SETTINGS).advice).toBeNull();
});

test('settings survive the trip through a link, and nonsense in it is the default', () => {
  const settings = { ...DEFAULT_TALK_SETTINGS, seed: 12, seat: 'B' as const, agentTemperature: 0, strategy: 'say no' };
  expect(changesOfTalk(settings)).toEqual({ seed: '12', seat: 'B', agentTemperature: '0', strategy: 'say no' });
  expect(talkSettingsFrom(changesOfTalk(settings))).toEqual(settings);
  expect(talkSettingsFrom({ seed: '-3', seat: 'C', model: '../x', agentTemperature: 'hot', other: '1' })).toEqual(
    DEFAULT_TALK_SETTINGS,
  );
});

test('another seed is another scenario and a new start; another temperature is neither', () => {
  const next = withNextSeed(DEFAULT_TALK_SETTINGS);
  expect(scenarioOf(next).id).not.toBe(scenarioOf(DEFAULT_TALK_SETTINGS).id);
  expect(scenarioOf(next)).toEqual(scenarioOf({ environment: 'deal-or-no-deal', seed: next.seed }));
  expect(needsNewStart(DEFAULT_TALK_SETTINGS, next)).toBe(true);
  expect(needsNewStart(next, { ...next, agentTemperature: 0, strategy: 'hold firm' })).toBe(false);
});

test('every environment can be talked in: another one is a new start, and the order fits the protocol', () => {
  for (const environment of ENVIRONMENT_NAMES) {
    const settings = talkSettingsFrom({ environment, seed: '3' });
    expect(settings.environment).toBe(environment);
    expect(needsNewStart({ ...settings, environment: 'social' }, settings)).toBe(environment !== 'social');
    const order = talkOrder(NO_TALK, settings);
    expect(Talk.parse(structuredClone(order))).toEqual(order);
    expect(order.scenario).toMatchObject({ environment, split: 'validation' });
    expect(order.turnLimit).toBe(environmentOf(environment).turnLimit);
    // Where the other side is the world, the model plays and the person sits nowhere.
    expect(seatOf(settings)).toBe(environmentOf(environment).worldReply ? 1 : 0);
  }
});

test('the world answers between two steps of the model, and to the answer that goes on', () => {
  const settings = talkSettingsFrom({ environment: 'guess-the-number' });
  const environment = environmentOf('guess-the-number');
  const talk = after([
    { kind: 'asked', askId: 'one' },
    { kind: 'talk.answered', askId: 'one', answer: 'plain', reply: reply(null, 'Is it 50?') },
    { kind: 'talk.answered', askId: 'one', answer: 'advised', reply: reply('guess 10', 'Is it 10?') },
  ]);
  const { entries, state } = readTalk(environment, scenarioOf(settings), talk.entries);
  expect(entries.map(({ by }) => by)).toEqual(['model', 'world']);
  expect(entries.at(-1)).toMatchObject({ utterance: expect.stringContaining('10') });
  expect(environment.seatToMove(state)).toBe(0);
});

test.each(ALL_LESSONS.map((lessons) => [lessons.environment.name, lessons] as const))(
  'in %s the strategies that are offered are of the game and the phrases legal; the same seed words them in the same way',
  (_, lessons) => {
    const { environment } = lessons;
    for (let seed = 1; seed <= 5; seed++) {
      const scenario = environment.sampleScenario(new RandomStream(seed), 'validation');
      const { state } = readTalk(environment, scenario, []);
      const modelSeat = environment.worldReply ? 0 : 1;
      const texts = strategyTexts(lessons, state, modelSeat, seed);
      expect(texts.length).toBeGreaterThan(3);
      for (const text of texts) expect(isStrategy(lessons, state, text), text).toBe(true);
      expect(strategyTexts(lessons, state, modelSeat, seed)).toEqual(texts);
      expect(isStrategy(lessons, state, 'zzz')).toBe(false);
      const kinds = suggestPhrases(lessons, state, seed).map((phrase) => environment.readAction(state, phrase).kind);
      expect(kinds.length).toBeGreaterThan(0);
      expect(new Set(kinds).size).toBe(kinds.length);
      expect(kinds).not.toContain('invalid');
    }
  },
);

test('strategies are offered for the model’s seat: a seller’s where the person buys', () => {
  const { environment } = lessonsOf('price-bargaining');
  const state = environment.start(environment.sampleScenario(new RandomStream(2), 'validation'), 10);
  const texts = strategyTexts(lessonsOf('price-bargaining'), state, 1, 2);
  expect(texts.some((text) => /another buyer/.test(text))).toBe(true);
  expect(texts.some((text) => /another seller/.test(text))).toBe(false);
});

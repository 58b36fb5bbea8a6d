import { expect, test } from 'vitest';
import type { TalkAnswer } from '../../../workers/protocol.ts';
import { Talk } from '../../../workers/protocol.ts';
import { otherSeat } from '../../record/scenario.ts';
import { readTalk } from './talkReading.ts';
import { parseStrategy } from '../../environment/negotiation/strategyText.ts';
import { strategyTexts } from './strategyTexts.ts';
import { suggestPhrases } from './suggestPhrases.ts';
import {
  changesOfTalk,
  DEFAULT_TALK_SETTINGS,
  needsNewStart,
  scenarioOf,
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
  expect(readTalk(scenario, talk.entries).table.phase).toBe('talking');

  const changed = after([{ kind: 'chose', answer: 'plain' }], talk);
  const { table, entries } = readTalk(scenario, changed.entries);
  expect(table).toMatchObject({ phase: 'over', outcome: { endReason: 'agreement', points: [10, 0] } });
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
  expect(readTalk(scenarioOf(DEFAULT_TALK_SETTINGS), talk.entries).entries.at(-1)).toMatchObject({
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
  expect(scenarioOf(next)).toEqual(scenarioOf({ seed: next.seed }));
  expect(needsNewStart(DEFAULT_TALK_SETTINGS, next)).toBe(true);
  expect(needsNewStart(next, { ...next, agentTemperature: 0, strategy: 'hold firm' })).toBe(false);
});

test('every strategy that is offered is one of the game, and the same seed words it in the same way', () => {
  const texts = strategyTexts(scenarioOf({ seed: 4 }), 4);
  expect(texts.length).toBeGreaterThan(30);
  for (const text of texts) expect(parseStrategy(text), text).not.toBeNull();
  expect(strategyTexts(scenarioOf({ seed: 4 }), 4)).toEqual(texts);
});

test('the phrases that are offered are read as what they are', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const scenario = scenarioOf({ seed });
    const { table } = readTalk(scenario, []);
    const read = (phrases: readonly string[], before: TalkState['entries']) =>
      phrases.map((utterance) => {
        const last = readTalk(scenario, [...before, { by: 'person', utterance }]).entries.at(-1);
        return last?.by === 'person' ? last.action.kind : null;
      });
    expect(read(suggestPhrases(scenario, table, 0), [])).toEqual(['ask', 'tell', 'propose']);
    const offered = after([{ kind: 'spoke', utterance: 'i take everything' }]).entries;
    const phrases = suggestPhrases(scenario, readTalk(scenario, offered).table, otherSeat(0));
    expect(read(phrases, offered)).toEqual(['accept', 'reject', 'ask', 'tell', 'propose']);
  }
});

import { expect, test } from 'vitest';
import { SCENARIO } from '../src/ui/fixtures.ts';
import { DEFAULT_BUILT_IN_MODEL } from '../src/record/builtInModel.ts';
import { defaultRunConfig } from '../src/record/runConfig.ts';
import { Command, EngineMessage, type Talk } from './protocol.ts';

const talk: Talk = {
  model: DEFAULT_BUILT_IN_MODEL,
  scenario: SCENARIO,
  personSeat: 0,
  turns: [
    { by: 'person', utterance: 'i take 2 hats' },
    { by: 'model', strategyIds: [4, 2], utteranceIds: [9, 3] },
    { by: 'person', utterance: '<b>deal</b>' },
  ],
  turnLimit: 10,
  advice: null,
  strategistTemperature: 1,
  agentTemperature: 0,
  strategyTokenLimit: 12,
  actionTokenLimit: 24,
  seed: 1,
};

test('a talk is ordered whole, as plain data that survives the crossing', () => {
  const command = { kind: 'talk.ask', askId: 'ask-1', talk };
  expect(Command.parse(structuredClone(command))).toEqual(command);
});

test('what cannot be answered is refused where it arrives', () => {
  const refused = (changes: object) =>
    Command.safeParse({ kind: 'talk.ask', askId: 'ask-1', talk: { ...talk, ...changes } }).success;
  expect(refused({ model: '../../elsewhere' })).toBe(false);
  expect(refused({ agentTemperature: -1 })).toBe(false);
  expect(refused({ personSeat: 2 })).toBe(false);
  expect(refused({ turns: [{ by: 'model', utterance: 'deal' }] })).toBe(false);
  expect(refused({ memory: 'of the worker' })).toBe(false);
});

test('answers carry the text for people and the ids that were drawn', () => {
  const message = {
    kind: 'talk.answered',
    askId: 'ask-1',
    answer: 'advised',
    reply: { strategy: 'hold firm', strategyIds: [4, 5, 2], utterance: 'no', utteranceIds: [8, 3] },
  };
  expect(EngineMessage.parse(structuredClone(message))).toEqual(message);
  expect(EngineMessage.safeParse({ ...message, answer: 'third' }).success).toBe(false);
});

test('a run names its model by the list, and a command that does not is refused', () => {
  const start = { kind: 'run.start', runId: 'r', config: defaultRunConfig() };
  expect(Command.parse(start)).toEqual(start);
  expect(Command.safeParse({ ...start, config: { ...start.config, model: 'elsewhere' } }).success).toBe(false);
  expect(Command.safeParse({ kind: 'engine.prepare', model: 'elsewhere', allowFallback: false }).success).toBe(false);
});

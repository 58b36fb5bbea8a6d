import { expect, test } from 'vitest';
import { startRuleThread } from '../../cli/ruleThread.ts';
import { AppError } from '../base/errors.ts';
import { systemTimer } from '../base/timer.ts';
import { pointsByRule, ruleDialogue, type RuleDialogue, type RuleThread } from './userRule.ts';

const PATIENCE_MS = 30_000;
const scenario = { environment: 'sotopia', id: 'a', canonicalId: 'a', split: 'train' } as const;

function dialogue(...said: string[]): RuleDialogue {
  const turns = said.map((utterance, index) => ({
    seat: index % 2 === 0 ? (0 as const) : (1 as const),
    utterance,
    action: { kind: 'speak', text: utterance },
  }));
  return { scenario, turns, endReason: 'turn-limit', points: [0, 0] };
}

const run = (source: string, dialogues = [dialogue('hello', 'good day')], timeLimitMs = 20_000) =>
  pointsByRule(source, dialogues, {
    startThread: startRuleThread,
    timer: systemTimer,
    signal: new AbortController().signal,
    timeLimitMs,
  });

async function complaint(source: string, timeLimitMs?: number): Promise<AppError> {
  const thrown: unknown = await run(source, undefined, timeLimitMs).then(
    (points) => points,
    (reason: unknown) => reason,
  );
  if (thrown instanceof AppError) return thrown;
  throw new Error(`it gave points: ${JSON.stringify(thrown)}`);
}

test('a rule gives points to each dialogue, by what was said', { timeout: PATIENCE_MS }, async () => {
  const source = `(dialogue) => {
    const words = (seat) => dialogue.turns.filter((turn) => turn.seat === seat).flatMap((turn) => turn.utterance.split(" "));
    return [Math.min(10, words(0).length), new Set(words(1)).size];
  }`;
  expect(await run(source, [dialogue('one two three', 'a a b'), dialogue('one')])).toEqual([
    [3, 2],
    [1, 0],
  ]);
});

test.each([
  ['a syntax error', '(dialogue) => [', 'SyntaxError'],
  ['an exception', '(dialogue) => dialogue.nothing.there', 'TypeError'],
  ['no function', '[1, 2]', 'not a function'],
  ['an import', '(dialogue) => import("node:fs")', 'import'],
  ['a function as points', '(dialogue) => () => 1', 'plain data'],
])('%s: what, why, fix', { timeout: PATIENCE_MS }, async (_, source, why) => {
  const { code, what, why: said, fix } = await complaint(source);
  expect([code, said]).toEqual(['rule-failed', expect.stringContaining(why)]);
  expect(what.length * fix.length).toBeGreaterThan(100);
});

test.each(['(dialogue) => 5', '() => [11, 0]', '() => [NaN, 0]', '() => ["5", 5]', '() => [1, 2, 3]'])(
  'no points from 0 to 10 for both: %s',
  { timeout: PATIENCE_MS },
  async (source) => {
    expect((await complaint(source)).code).toBe('rule-points-unusable');
  },
);

test('a loop that never ends is stopped', { timeout: PATIENCE_MS }, async () => {
  const { code, why } = await complaint('() => { for (;;); }', 700);
  expect([code, why]).toEqual(['rule-too-slow', expect.stringContaining('700 ms')]);
});

test('there is no way out of the thread', { timeout: PATIENCE_MS }, async () => {
  const names =
    'fetch XMLHttpRequest WebSocket Worker process require module exports Buffer globalThis self postMessage navigator ' +
    'document indexedDB caches setTimeout queueMicrotask Date performance crypto Function eval Promise Proxy WebAssembly console';
  const visible = names.split(' ').map((name) => `typeof ${name} === "undefined" ? 0 : 1`);
  const [seen] = await run(`() => [${visible.join(' + ')}, 0]`);
  expect(seen?.[0]).toBe(0);
});

test.each([
  ['() => (() => {}).constructor("return 1")()', 'constructor is not a function'],
  ['() => (async () => {}).constructor("return 1")()', 'constructor is not a function'],
  ['() => (function* () {}).constructor("yield 1")()', 'constructor is not a function'],
  ['() => Object.getPrototypeOf(async function* () {}).constructor("yield 1")()', 'constructor is not a function'],
  ['() => [[].map.constructor("return 5")(), 0]', 'constructor is not a function'],
  ['() => { Array.prototype.map = () => 7; return [1, 1]; }', 'read only'],
  ['() => { Object.getPrototypeOf([].values()).next = () => 7; return [1, 1]; }', 'read only'],
  ['() => { Error.prepareStackTrace = (error, frames) => frames; return [1, 1]; }', 'prepareStackTrace'],
  ['() => { leftBehind = 1; return [1, 1]; }', 'leftBehind is not defined'],
  ['() => [Math.random(), 0]', 'random is not a function'],
  ['function rule() { return [this.process, 1]; }', 'undefined'],
  ['() => \\u0069mport("node:fs")', 'SyntaxError'],
])('a way out, or something left behind, fails: %s', { timeout: PATIENCE_MS }, async (source, why) => {
  const { code, why: said } = await complaint(source);
  expect([code, said]).toEqual(['rule-failed', expect.stringContaining(why)]);
});

test('an aborted question, a thread that breaks, a thread that lies', async () => {
  let stopped = 0;
  const ask = (thread: RuleThread['ask'], signal = new AbortController().signal) =>
    pointsByRule('() => [1, 1]', [dialogue('x')], {
      startThread: () => ({ ask: thread, stop: () => stopped++ }),
      timer: systemTimer,
      signal,
    });
  const control = new AbortController();
  const asked = ask(() => control.abort(new Error('enough')), control.signal);
  await expect(asked).rejects.toThrow('enough');
  await expect(ask((_, __, onBreak) => onBreak('no such file'))).rejects.toThrow('no such file');
  await expect(ask((_, onReply) => onReply('hello'))).rejects.toThrow('something else');
  await expect(ask((_, onReply) => onReply({ kind: 'points', points: [] }))).rejects.toThrow('0 dialogues of 1');
  expect(await ask((_, onReply) => onReply({ kind: 'points', points: [[1, 2]] }))).toEqual([[1, 2]]);
  expect(stopped).toBe(5);
});

test('a rule gets what was said and done, not what was thought', () => {
  const episode = {
    ...dialogue('hello'),
    points: [1, 2] as [number, number],
    turns: [
      {
        turnIndex: 0,
        seat: 0 as const,
        board: '',
        strategy: 'a strategy',
        strategyReading: null,
        utterance: 'hello',
        action: { kind: 'speak' },
        offerValue: null,
        reward: 0,
        rewardParts: [],
        returnToGo: 0,
        advantage: null,
        isCritical: false,
      },
    ],
  };
  const given = ruleDialogue(episode);
  expect(JSON.stringify(given)).not.toContain('strategy');
  expect(given.turns).toEqual([{ seat: 0, utterance: 'hello', action: { kind: 'speak' } }]);
});

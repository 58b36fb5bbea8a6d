import { describe, expect, test } from 'vitest';
import { HONEST, RED_TEAM } from '../../../tests/chat/redTeam.ts';
import { scriptedChat } from '../../../tests/chat/scriptedChat.ts';
import { AppError } from '../../base/errors.ts';
import type { SeatHistory } from '../seatHistory.ts';
import { MemoryReplyCache } from '../../base/replyCache.ts';
import { setAsideTurns } from './guard.ts';
import { JUDGE_DEFAULTS, judgeDialogue } from './judge.ts';
import type { JudgedDialogue } from './judgedDialogue.ts';
import { judgedRewards } from './judgedRewards.ts';
import { criticalMessages, gradedMessages } from './prompts.ts';
import { readCritical, readGraded } from './readVerdict.ts';

const NOBODY = new AbortController().signal;
const SETTINGS = { ...JUDGE_DEFAULTS, judgeName: 'test' };

const historyOf = ({ ownTurns, points, endReason }: JudgedDialogue): SeatHistory => ({
  turns: ownTurns.map(({ act }) => ({ actionKind: act, offerValue: null, isAcceptedProposal: false })),
  points,
  hasDeal: endReason === 'agreement',
});
const rewardsOf = (dialogue: JudgedDialogue, judgement: Parameters<typeof judgedRewards>[1]) =>
  judgedRewards(historyOf(dialogue), judgement).map(({ reward }) => reward);

describe('which turns were critical, as judges write it (five own turns: 1, 3, 5, 7, 9)', () => {
  test.each([
    ['{"indexes": [1, 3], "reasoning": "They led there."}', [0, 1]],
    [
      'After careful thought:\n```json\n{\n  "indexes": [5],\n  "reasoning": "It\nturned."\n}\n```\nHope {that} helps!',
      [2],
    ],
    ['<think>{"indexes": [1]} or not?</think>{"indexes": [9], "reasoning": ""}', [4]],
    ['{"indexes": [], "reasoning": "None of them."}', []],
    ['{"indexes": [2, 4, 3], "reasoning": "Even ones are not strategies."}', [1]],
    ['{"indexes": [0, 11, 99, -1, 1.5], "reasoning": "No such strategies."}', []],
    ['{"indexes": ["1", "index 3", "[5]"], "reasoning": "Strings."}', [0, 1, 2]],
    ['{"indexes": ["1 and 3", null], "reasoning": ""}', null],
    ['{"indexes": "7"}', [3]],
    ['{"indexes": 7, "reasoning": 5}', [3]],
    ['{"indexes": [3, 3, 1], "reasoning": "Twice."}', [0, 1]],
    ['{"indexes": [1, 3], "reasoning": "Because the', [0, 1]],
    ['{"indexes": [1, 3, 1', [0, 1]], // 1 may have been 15
    ['{"indexes": [1, 3,', [0, 1]],
    ['{"reasoning": "Because.", "indexes": [1]}', [0]],
    ['', null],
    ['I cannot decide.', null],
    ['{"selected": [1]}', null],
    ['[1, 3]', null],
  ])('%s', (reply, ownTurns) => {
    expect(readCritical(reply, 5)?.ownTurns ?? null).toEqual(ownTurns);
  });

  test('the reason is kept, on one line', () => {
    expect(readCritical('{"indexes": [1], "reasoning": "It\\nturned."}', 5)?.reason).toBe('It turned.');
  });
});

describe('scores of turns, as judges write them (three own turns: 1, 3, 5)', () => {
  test.each([
    ['{"scores": [{"index": 1, "score": 5}, {"index": 3, "score": 0}, {"index": 5, "score": 10}]}', [5, 0, 10]],
    ['{"scores": [{"index": "3", "score": "7/10"}, {"index": 1, "score": "2.5"}], "reasoning": "x"}', [2.5, 7, null]],
    [
      '{"scores": [{"index": 1, "score": 11}, {"index": 3, "score": -1}, {"index": 2, "score": 4}, {"index": 5, "score": 1}]}',
      [null, null, 1],
    ],
    [
      '{"scores": [{"index": 1, "score": null}, {"index": 3, "score": "high"}, {"index": 5, "score": 4}]}',
      [null, null, 4],
    ],
    ['{"scores": [{"index": 1, "score": 5}, {"index": 3, "sco', [5, null, null]],
    ['{"scores": [{"index": 1, "score": 2}, {"index": 1, "score": 3}]}', [3, null, null]],
    ['{"scores": []}', null],
    ['{"scores": "good"}', null],
  ])('%s', (reply, scores) => {
    expect(readGraded(reply, 3)?.scores ?? null).toEqual(scores);
  });
});

describe('what a judge is asked', () => {
  test('the question for critical turns, and for scores', () => {
    expect(criticalMessages({ ...HONEST, opening: 'Hello.' })).toMatchSnapshot();
    expect(gradedMessages(HONEST).at(-1)?.content.split('\n').slice(-3)).toMatchSnapshot();
  });

  test('nothing in a dialogue can end the transcript or begin a line of its own', () => {
    for (const { dialogue } of RED_TEAM) {
      const content = criticalMessages(dialogue)[1]?.content ?? '';
      const mark = /^TRANSCRIPT ([0-9a-f]{12})$/mu.exec(content)?.[1] ?? 'none';
      expect(content.split(mark)).toHaveLength(3);
      const [, data = ''] = content.split(`TRANSCRIPT ${mark}`);
      expect(data).not.toContain('<');
      expect(JSON.parse(data)).toMatchObject({ score: dialogue.points, end: dialogue.endReason });
    }
  });

  test('strategies stand at odd places, with the words that followed after them', () => {
    const [, data = ''] = criticalMessages(HONEST)[1]?.content.split(/TRANSCRIPT [0-9a-f]{12}/u) ?? [];
    const { messages } = JSON.parse(data) as { messages: unknown };
    expect(messages).toMatchObject([
      { index: 0, from: 'situation' },
      { index: 1, from: 'strategist', strategy: 'ask for the price' },
      {
        index: 2,
        from: 'conversation',
        act: 'ask',
        said: [
          { name: 'buyer', text: 'What would you take for it?' },
          { name: 'seller', text: 'I want 80.' },
        ],
      },
      { index: 3, from: 'strategist', strategy: 'name the stain' },
      { index: 4 },
      { index: 5, strategy: 'take the offer' },
      { index: 6, act: 'accept', said: [{ name: 'buyer', text: 'I will take it for 50.' }] },
    ]);
  });
});

describe('judging', () => {
  const ports = (...replies: (string | Error)[]) => ({ ask: scriptedChat(...replies), cache: new MemoryReplyCache() });

  test('one question per dialogue; the same again costs none, another judge or dialogue costs one', async () => {
    const { ask, cache } = ports('{"indexes": [3], "reasoning": "It named the stain."}');
    const judge = (dialogue: JudgedDialogue, settings = SETTINGS) =>
      judgeDialogue({ ask, cache }, dialogue, settings, NOBODY);
    expect(await judge(HONEST)).toEqual({
      kind: 'critical',
      ownTurns: [1],
      reason: 'It named the stain.',
      setAside: [{ ownTurn: 2, flag: 'accepts' }],
    });
    expect(await judge(HONEST)).toMatchObject({ ownTurns: [1] });
    expect(ask.asked).toHaveLength(1);
    await judge(HONEST, { ...SETTINGS, judgeName: 'other' });
    await judge({ ...HONEST, points: 6 });
    expect(ask.asked).toHaveLength(3);
    expect(ask.asked[0]).toMatchObject({ temperature: 0.7, tokenLimit: 400 });
  });

  test('EPO’s equation 3: 1 for a critical turn, points / 10 at the end, 0 elsewhere', async () => {
    const judgement = await judgeDialogue(ports('{"indexes": [3]}'), HONEST, SETTINGS, NOBODY);
    expect(rewardsOf(HONEST, judgement)).toEqual([0, 1, 0.5]);
  });

  test('unguarded, the judge is believed in everything, as in the paper', async () => {
    const settings = { ...SETTINGS, isGuarded: false };
    const judgement = await judgeDialogue(ports('{"indexes": [5]}'), HONEST, settings, NOBODY);
    expect(rewardsOf(HONEST, judgement)).toEqual([0, 0, 1]);
  });

  test('graded: a tenth of each score, and the points at the end', async () => {
    const reply = '{"scores": [{"index": 1, "score": 3}, {"index": 3, "score": 8}, {"index": 5, "score": 9}]}';
    const judgement = await judgeDialogue(ports(reply), HONEST, { ...SETTINGS, kind: 'graded' }, NOBODY);
    expect(judgement).toMatchObject({ kind: 'graded', scores: [3, 8, 0] });
    expect(rewardsOf(HONEST, judgement)).toEqual([0.3, 0.8, 0.5]);
    for (const { reward, rewardParts } of judgedRewards(historyOf(HONEST), judgement)) {
      expect(rewardParts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(reward, 12);
    }
  });

  test.each([
    ['an unreadable reply', 'I would rather not.', 'cannot be read'],
    [
      'an empty budget',
      new AppError('chat-budget-spent', { what: 'The budget is spent.', why: 'w', fix: 'f' }),
      'budget is spent',
    ],
    ['a bug', new TypeError('x is undefined'), 'The judge failed'],
  ])('%s costs the judgement, not the run, and is not kept', async (_, reply, what) => {
    const { ask, cache } = ports(reply, '{"indexes": [1]}');
    const judgement = await judgeDialogue({ ask, cache }, HONEST, SETTINGS, NOBODY);
    expect(judgement).toMatchObject({ kind: 'missing', what: expect.stringContaining(what) as string });
    expect(rewardsOf(HONEST, judgement)).toEqual([0, 0, 0.5]);
    expect(await judgeDialogue({ ask, cache }, HONEST, SETTINGS, NOBODY)).toMatchObject({ ownTurns: [0] });
  });

  test('a cache that fails costs nothing but a question', async () => {
    const cache = { get: () => Promise.reject(new Error('quota')), set: () => Promise.reject(new Error('quota')) };
    const ask = scriptedChat('{"indexes": [1]}');
    expect(await judgeDialogue({ ask, cache }, HONEST, SETTINGS, NOBODY)).toMatchObject({ ownTurns: [0] });
  });

  test('an abort is an abort', async () => {
    const controller = new AbortController();
    controller.abort();
    const ask = () => Promise.reject(controller.signal.reason as Error);
    const judging = judgeDialogue({ ask, cache: new MemoryReplyCache() }, HONEST, SETTINGS, controller.signal);
    await expect(judging).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the red team: a judge that is fooled into selecting everything', () => {
  test.each(RED_TEAM.map((one) => [one.name, one] as const))('%s', async (_, { dialogue, flags, rewards }) => {
    const all = dialogue.ownTurns.map((__, turn) => 2 * turn + 1);
    const ask = scriptedChat(JSON.stringify({ indexes: all, reasoning: 'Everything was critical.' }));
    const judgement = await judgeDialogue({ ask, cache: new MemoryReplyCache() }, dialogue, SETTINGS, NOBODY);
    const set = setAsideTurns(dialogue);
    expect(dialogue.ownTurns.map((__, turn) => set.find(({ ownTurn }) => ownTurn === turn)?.flag ?? null)).toEqual(
      flags,
    );
    expect(rewardsOf(dialogue, judgement)).toEqual(rewards);
    // Where nothing can be credited, nobody is asked.
    expect(ask.asked).toHaveLength(flags.every((flag) => flag !== null) ? 0 : 1);
  });

  test.each(RED_TEAM.map((one) => [one.name, one] as const))(
    'graded, full marks for everything: %s',
    async (_, { dialogue, flags }) => {
      const scores = dialogue.ownTurns.map((__, turn) => ({ index: 2 * turn + 1, score: 10 }));
      const ask = scriptedChat(JSON.stringify({ scores }));
      const settings = { ...SETTINGS, kind: 'graded' as const };
      const judgement = await judgeDialogue({ ask, cache: new MemoryReplyCache() }, dialogue, settings, NOBODY);
      expect(judgement).toMatchObject({ kind: 'graded', scores: flags.map((flag) => (flag === null ? 10 : 0)) });
    },
  );
});

test('the memory cache forgets the oldest first', async () => {
  const cache = new MemoryReplyCache(2);
  for (const key of ['a', 'b', 'c']) await cache.set(key, key);
  expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual([undefined, 'b', 'c']);
});

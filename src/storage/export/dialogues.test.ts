import { expect, test } from 'vitest';
import { z } from 'zod';
import { Dialogue } from '../../record/dialogueSet.ts';
import type { Episode, Turn } from '../../record/episode.ts';
import { fakeEpisode, fakeTrace } from '../fakeRecords.ts';
import { turnsCsv } from './csv.ts';
import { inspectLog } from './inspectLog.ts';
import { shareGpt, shareGptInfo } from './shareGpt.ts';
import { trlMessages, trlPrompts, trlStepwise } from './trl.ts';
import { verifiersTraces } from './verifiers.ts';

const [turn] = fakeEpisode('e', 0).turns;
if (!turn) throw new Error('the fake episode has a turn');
const turnOf = (changes: Partial<Turn>): Turn => ({ ...turn, ...changes });

/** Seat 0 is advised and trained; its partner speaks twice, the first time before it. */
const episode: Episode = {
  ...fakeEpisode('e', 3),
  trainedSeats: [0],
  turns: [
    turnOf({ turnIndex: 0, seat: 1, strategy: null, utterance: 'hello', reward: 0 }),
    turnOf({
      turnIndex: 1,
      seat: 0,
      board: 'board 1',
      strategy: 'keep the hats',
      utterance: 'i want "two" hats, please',
      reward: 0.25,
      returnToGo: 4,
      advantage: 1.5,
    }),
    turnOf({ turnIndex: 2, seat: 1, strategy: null, utterance: 'no', reward: 0 }),
    turnOf({
      turnIndex: 3,
      seat: 0,
      board: 'board 2',
      strategy: 'give in',
      utterance: 'deal',
      reward: 2,
      returnToGo: -2,
      advantage: -0.5,
    }),
  ],
};
const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

const FIRST = { role: 'user', content: 'Partner said: hello\nboard 1' };
const SECOND = { role: 'user', content: 'You said: i want "two" hats, please\nPartner said: no\nboard 2' };
const ANSWERS = ['keep the hats', 'give in'].map((content) => ({ role: 'assistant', content }));

test('EPO: alternating entries, every strategy with its normalised return as text, and the dialogue for the lab', () => {
  const [exported] = z.array(z.looseObject({ parley: z.string() })).parse(JSON.parse(shareGpt([episode], [])));
  const { parley = '', ...others } = exported ?? {};
  expect(others).toEqual({
    conversations: [
      { from: 'human', value: FIRST.content },
      { from: 'gpt', value: 'keep the hats', score: '1' },
      { from: 'human', value: SECOND.content },
      { from: 'gpt', value: 'give in', score: '-0.5' },
    ],
  });
  const dialogue = Dialogue.parse(JSON.parse(parley));
  expect(dialogue).toMatchObject({ dialogueId: 'e', learnedSeats: [0], points: episode.points });
  expect(dialogue.turns.map(({ seat, strategy, score }) => [seat, strategy, score])).toEqual([
    [1, null, null],
    [0, 'keep the hats', 0.25],
    [1, null, null],
    [0, 'give in', 2],
  ]);
  expect(JSON.parse(shareGptInfo())).toEqual({
    parley_epo: { file_name: 'parley_epo.json', formatting: 'sharegpt', columns: { messages: 'conversations' } },
  });
});

test('TRL: a prompt per decision, a dialogue per seat, and steps with their sign', () => {
  expect(lines(trlPrompts([episode]))).toEqual([{ prompt: [FIRST] }, { prompt: [FIRST, ANSWERS[0], SECOND] }]);
  expect(lines(trlMessages([episode]))).toEqual([{ messages: [FIRST, ANSWERS[0], SECOND, ANSWERS[1]] }]);
  expect(lines(trlStepwise([episode]))).toEqual([
    { prompt: FIRST.content, completions: ['keep the hats', 'give in'], labels: [true, false] },
  ]);
});

test('a seat that nobody trained is not in the training data', () => {
  expect(trlMessages([{ ...episode, trainedSeats: [1] }])).toBe('');
  expect(JSON.parse(shareGpt([{ ...episode, trainedSeats: [] }], []))).toEqual([]);
});

test('verifiers: nodes are the trace cut where sampling begins and ends, ids and log-probs exact', () => {
  const trace = {
    ...fakeTrace('e', 0),
    tokenIds: Int32Array.of(1, 2, 7, 8, 3, 9),
    sampledMask: Uint8Array.of(0, 0, 1, 1, 0, 1),
    ownTurnIndex: Int16Array.of(-1, -1, 0, 0, -1, 1),
    logProbs: Float32Array.of(0, 0, -0.5, -0.25, 0, -1),
    advantages: Float32Array.of(0, 0, 1.5, 1.5, 0, -0.5),
  };
  const run = { runId: 'run-1', decode: (ids: Int32Array) => Array.from(ids).join('+') };
  const [record] = lines(verifiersTraces([episode], [fakeTrace('other', 0), trace], run));
  expect(record).toMatchObject({ id: 'e', env: 'deal-or-no-deal', run: 'run-1', ok: true });
  expect(record).toMatchObject({
    traces: [
      {
        agent: { name: 'strategist 0', trainable: true },
        rewards: { points: { score: 6, weight: 0 }, turns: { score: 2.25, weight: 1 } },
        stop_condition: 'agreement',
        nodes: [
          {
            parent: null,
            message: { role: 'system', content: '1+2' },
            sampled: false,
            token_ids: [1, 2],
            mask: [0, 0],
            logprobs: null,
          },
          {
            parent: 0,
            message: { role: 'assistant', content: '7+8' },
            token_ids: [7, 8],
            mask: [1, 1],
            logprobs: [-0.5, -0.25],
            advantages: [1.5, 1.5],
          },
          { parent: 1, message: { role: 'user', content: '3' }, token_ids: [3], mask: [0] },
          { parent: 2, message: { role: 'assistant', content: '9' }, logprobs: [-1], advantages: [-0.5] },
        ],
      },
    ],
  });
});

test('Inspect: a sample per advised seat, and scores that add up', () => {
  const other: Episode = { ...episode, episodeId: 'f', points: [2, 9], endReason: 'walk-away' };
  const log: unknown = JSON.parse(
    inspectLog([episode, other], { runId: 'run-1', modelName: 'parley-mini', createdAtMs: 0 }),
  );
  expect(log).toMatchObject({
    version: 2,
    status: 'success',
    eval: { created: '1970-01-01T00:00:00.000Z', task: 'deal-or-no-deal', model: 'parley/parley-mini' },
    results: {
      total_samples: 2,
      scores: [
        { name: 'points', metrics: { mean: { value: 4 } } },
        { name: 'agreement', metrics: { mean: { value: 0.5 } } },
      ],
    },
    samples: [
      {
        id: 'e/0',
        messages: [
          { role: 'user', content: 'hello' },
          { role: 'assistant', content: '[keep the hats]\ni want "two" hats, please', metadata: { reward: 0.25 } },
          { role: 'user', content: 'no' },
          { role: 'assistant', content: '[give in]\ndeal' },
        ],
        scores: { points: { value: 6 }, agreement: { value: 1 } },
      },
      { id: 'f/0', scores: { points: { value: 2 }, agreement: { value: 0 } } },
    ],
  });
});

test('CSV: quotes and commas are kept, lines end as RFC 4180 says', () => {
  const text = turnsCsv([episode]);
  const rows = text.split('\r\n');
  expect(rows).toHaveLength(6);
  expect(rows[5]).toBe('');
  expect(rows[0]?.split(',').slice(0, 4)).toEqual(['episode', 'update', 'environment', 'scenario']);
  expect(rows[2]).toContain('keep the hats,"i want ""two"" hats, please",propose,0.25,4,1.5,true');
  expect(rows[1]).toContain(',hello,propose,0,6,1.5,false');
});

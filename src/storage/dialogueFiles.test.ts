import { describe, expect, test } from 'vitest';
import { AppError } from '../base/errors.ts';
import { TranscriptScenario, type Dialogue } from '../record/dialogueSet.ts';
import { dialogueLines, readDialogues } from './dialogueFiles.ts';
import { episodeLine } from './export/episodes.ts';
import { shareGpt } from './export/shareGpt.ts';
import { fakeEpisode, fakeTrace } from './fakeRecords.ts';

const episode = { ...fakeEpisode('0-1', 0), trainedSeats: [0 as const] };
const lines = `${episodeLine(episode, [fakeTrace('0-1', 0)])}\n${episodeLine({ ...episode, episodeId: '0-2' }, [])}\n`;

const released = (changes: object = {}) => [
  {
    conversations: [
      { from: 'human', value: 'You assist Ava. She wants the chair.\nConsidering her goal, the first strategy is:' },
      { from: 'gpt', value: 'Ask for the price.', score: '0.99' },
      { from: 'human', value: 'Ava said: "What does it cost?"\nBen said: "Ten."' },
      { from: 'gpt', value: 'Offer less.', score: '1.0' },
    ],
    ...changes,
  },
];
const reading = (json: unknown) => () => readDialogues('file.json', JSON.stringify(json));
const refusalOf = (read: () => unknown) => {
  try {
    read();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
  }
  throw new Error('nothing was refused');
};

test('episodes of a run: turns with their rewards, sampled tokens and log-probs to the last bit', () => {
  const set = readDialogues('episodes.jsonl', lines, 10);
  expect(set).toMatchObject({ origin: 'episodes.jsonl', scores: 'rewards' });
  expect(set.dialogues).toHaveLength(2);
  const [first, second] = set.dialogues;
  expect(first).toMatchObject({ dialogueId: '0-1', learnedSeats: [0], turnLimit: 10, points: [6, 7] });
  expect(first?.turns[0]).toMatchObject({ strategy: 'keep the hats', score: 6, isReadable: true, rating: null });
  expect(first?.turns[0]?.sampled).toEqual({ tokenIds: [70_000, 9], logProbs: [Math.fround(-0.1), -2.25] });
  expect(second?.turns[0]?.sampled).toBeUndefined();
});

test('the lab’s own form comes back as it went', () => {
  const { dialogues } = readDialogues('episodes.jsonl', lines);
  expect(readDialogues('dialogues.jsonl', dialogueLines(dialogues)).dialogues).toEqual(dialogues);
});

describe('ShareGPT', () => {
  test('of the lab: the dialogue itself, with the words and scores that stand in it now', () => {
    const text = shareGpt([episode], [fakeTrace('0-1', 0)]);
    const set = readDialogues('parley_epo.json', text);
    expect(set.scores).toBe('weights');
    expect(set.dialogues[0]).toMatchObject({ dialogueId: '0-1#0', points: [6, 7], learnedSeats: [0] });
    expect(set.dialogues[0]?.turns[0]).toMatchObject({ score: 1, sampled: { tokenIds: [70_000, 9] } });
    const edited = text
      .replace('"value": "keep the hats"', '"value": "give in"')
      .replace('"score": "1"', '"score": "-0.5"');
    const [turn] = readDialogues('edited.json', edited).dialogues[0]?.turns ?? [];
    expect(turn).toMatchObject({ strategy: 'give in', score: -0.5, isReadable: null });
    expect(turn?.sampled).toBeUndefined(); // other words are other tokens
  });

  test('of the released code: what was told first is the view, later lines are own words and the partner’s', () => {
    const [dialogue] = reading(released())().dialogues;
    expect(TranscriptScenario.parse(dialogue?.scenario).view).toContain('She wants the chair.');
    expect(dialogue?.turns.map(({ seat, strategy, utterance, score }) => [seat, strategy, utterance, score])).toEqual([
      [0, 'Ask for the price.', 'What does it cost?', 0.99],
      [1, null, 'Ten.', null],
      [0, 'Offer less.', '', 1],
    ]);
    expect(dialogue?.points).toEqual([null, null]);
    const before: Dialogue | undefined = reading(released({ score: 7 }))().dialogues[0];
    expect(before?.points).toEqual([7, null]);
  });

  test.each([
    [
      'no answer',
      released({ conversations: released()[0]?.conversations.slice(0, 3) }),
      'the last entry has no answer',
    ],
    [
      'two in a row',
      released({
        conversations: [
          { from: 'gpt', value: 'a' },
          { from: 'gpt', value: 'b' },
        ],
      }),
      'conversations[0].from: it is "gpt"',
    ],
    [
      'another score',
      released({
        conversations: [
          { from: 'human', value: 'a' },
          { from: 'gpt', value: 'b', score: 'high' },
        ],
      }),
      'conversations[1].score',
    ],
    [
      'no words',
      released({ conversations: [{ from: 'human', value: 'a' }, { from: 'gpt' }] }),
      'conversations[1].value',
    ],
    ['a broken parley column', released({ parley: '{"dialogueId": 7}' }), 'parley.'],
    ['nothing in it', [], 'not a list with a dialogue'],
  ])('%s is refused, with the entry and the field', (_, json, expected) => {
    const { what, why, fix } = refusalOf(reading(json));
    expect(what).toContain('Nothing of it was taken');
    expect(why).toContain(expected);
    expect(fix).toContain('conversations');
  });
});

test.each([
  ['', 'empty'],
  ['{"episodeId": "a"', 'Line 1 is not JSON'],
  [`${lines}{"episodeId": "x"}`, 'Line 3: updateIndex'],
  [lines.replace('"points":[6,7]', '"points":[6,"7"]'), 'Line 1: points[1]'],
  [`${lines}${lines}`, 'The dialogue "0-1" is in it twice'],
])('line by line: %#', (text, expected) => {
  const { code, why } = refusalOf(() => readDialogues('episodes.jsonl', text));
  expect(code).toBe('dialogues-unreadable');
  expect(why).toContain(expected);
});

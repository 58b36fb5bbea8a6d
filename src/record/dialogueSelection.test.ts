import { describe, expect, test } from 'vitest';
import { selectDialogues, type SelectionRule } from './dialogueSelection.ts';
import { DialogueFilter } from './dialogueLesson.ts';
import { Dialogue, type DialogueTurn } from './dialogueSet.ts';
import { planLesson } from './planLesson.ts';
import { defaultRunConfig } from './runConfig.ts';

const turnOf = (seat: 0 | 1, changes: Partial<DialogueTurn> = {}): DialogueTurn => ({
  seat,
  board: '',
  strategy: 'keep the hats',
  isReadable: true,
  utterance: 'hello',
  action: { kind: 'talk' },
  score: 0.5,
  rating: null,
  ...changes,
});
const dialogueOf = (
  dialogueId: string,
  points: Dialogue['points'],
  turns: readonly DialogueTurn[] = [turnOf(0), turnOf(1)],
): Dialogue =>
  Dialogue.parse({
    dialogueId,
    scenario: { environment: 'deal-or-no-deal', id: 's', canonicalId: 's', split: 'train' },
    learnedSeats: [...new Set(turns.map(({ seat }) => seat))],
    turnLimit: null,
    turns,
    points,
    endReason: 'agreement',
    isParetoOptimal: false,
  });
const ruleOf = (filter: Partial<DialogueFilter> = {}, changes: Partial<SelectionRule> = {}): SelectionRule => ({
  recipe: 'sft',
  ratingWeight: 0,
  ratios: 'none',
  filter: DialogueFilter.parse(filter),
  ...changes,
});
const seatsOf = (dialogues: readonly Dialogue[]) =>
  dialogues.map(({ dialogueId, learnedSeats }) => `${dialogueId}:${learnedSeats.join()}`);

describe('a side is one seat’s half of a dialogue', () => {
  const dialogues = [dialogueOf('a', [9, 1]), dialogueOf('b', [6, 7]), dialogueOf('c', [2, 3])];

  test('a smallest outcome leaves the halves that earned it, and counts the others', () => {
    const { dialogues: kept, leftOut, given, kept: counts } = selectDialogues(dialogues, ruleOf({ minimumPoints: 5 }));
    expect(seatsOf(kept)).toEqual(['a:0', 'b:0,1']);
    expect(leftOut).toMatchObject({ fewPoints: 3, unscored: 0 });
    expect(given).toEqual({ dialogues: 3, sides: 6, turns: 6, scoredTurns: 6, ratedTurns: 0 });
    expect(counts).toMatchObject({ dialogues: 2, sides: 3, turns: 3 });
  });

  test('the best share is taken of what the other filters leave', () => {
    const { dialogues: kept, leftOut } = selectDialogues(dialogues, ruleOf({ minimumPoints: 2, topShare: 0.4 }));
    expect(seatsOf(kept)).toEqual(['a:0', 'b:1']); // 9 and 7, of 9 7 6 3 2
    expect(leftOut).toMatchObject({ fewPoints: 1, notBest: 3 });
  });

  test('the halves of a dialogue are counted apart: seat 1 of the first one stays out', () => {
    const { dialogues: kept } = selectDialogues(dialogues, ruleOf({ topShare: 1 / 6 }));
    expect(seatsOf(kept)).toEqual(['a:0']);
  });
});

describe('what a recipe needs', () => {
  const unscored = dialogueOf('u', [8, 8], [turnOf(0, { score: null, rating: 1 }), turnOf(1, { score: null })]);

  test('Equation 5 needs a score in every turn, or ratings alone; supervised learning needs neither', () => {
    expect(selectDialogues([unscored], ruleOf()).kept.sides).toBe(2);
    expect(selectDialogues([unscored], ruleOf({}, { recipe: 'epo' })).leftOut.unscored).toBe(2);
    const rated = selectDialogues([unscored], ruleOf({}, { recipe: 'epo', ratingWeight: 1 }));
    expect(seatsOf(rated.dialogues)).toEqual(['u:0']);
    expect(rated.leftOut.unrated).toBe(1);
  });

  test('recorded ratios need the log-probs of every turn, readable dialogues a reader', () => {
    const traced = turnOf(0, { sampled: { tokenIds: [1], logProbs: [-1] } });
    const half = dialogueOf('t', [5, 5], [traced, turnOf(1, { isReadable: null })]);
    expect(selectDialogues([half], ruleOf({}, { recipe: 'own', ratios: 'recorded' })).leftOut.untraced).toBe(1);
    expect(selectDialogues([half], ruleOf({ readableOnly: true })).leftOut.unreadable).toBe(1);
  });

  test('points that nobody knows pass where nobody asks for points', () => {
    const unknown = dialogueOf('k', [null, null]);
    expect(selectDialogues([unknown], ruleOf()).kept.sides).toBe(2);
    expect(selectDialogues([unknown], ruleOf({ minimumPoints: 0.5 })).leftOut.unknownPoints).toBe(2);
  });
});

describe('a planned lesson', () => {
  const config = { ...defaultRunConfig(), episodesPerUpdate: 2, updates: 7 };
  const dialogues = [1, 2, 3].map((points) => dialogueOf(`${points}`, [points, points]));

  test('takes its epochs in mini-batches, and then the run plays as long as it is told', () => {
    const alone = planLesson(config, dialogues, { origin: 'a run', epochs: 3 }, 0);
    expect(alone.config).toMatchObject({ updates: 6, dialogues: { updates: 6, count: 3, recipe: 'sft' } });
    const warm = planLesson(config, dialogues, { origin: 'a run', updates: 4, recipe: 'epo' }, config.updates);
    expect(warm.config).toMatchObject({ updates: 11, dialogues: { updates: 4, recipe: 'epo' } });
  });

  test('is refused where nothing is left of the dialogues, with the reasons', () => {
    const plan = () => planLesson(config, dialogues, { origin: 'a run', epochs: 1, filter: { minimumPoints: 9 } }, 0);
    expect(plan).toThrow(/All 6 sides of 3 dialogues were left out. 6: it earned too little/);
  });
});

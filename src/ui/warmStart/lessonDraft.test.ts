import { describe, expect, test } from 'vitest';
import type { Dialogue, DialogueSet } from '../../record/dialogueSet.ts';
import { dialogueOf } from '../../record/dialogueSet.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { fakeEpisode } from '../../storage/fakeRecords.ts';
import { NO_LESSON, numberError, orderOf, usesNumber, type LessonDraft } from './lessonDraft.ts';

const config = { ...defaultRunConfig(), updates: 5, episodesPerUpdate: 2 };
const dialogues = ['a', 'b', 'c'].map((id): Dialogue => {
  const dialogue = dialogueOf({ ...fakeEpisode(id, 0), trainedSeats: [0] }, []);
  if (!dialogue) throw new Error('its seat is advised');
  return dialogue;
});
const set: DialogueSet = { origin: 'quick-1', scores: 'rewards', dialogues };
const draftOf = (changes: Partial<LessonDraft>): LessonDraft => ({
  ...NO_LESSON,
  learnFrom: 'run',
  runId: 'r',
  ...changes,
});

describe('what is ordered', () => {
  test('without a lesson, the settings alone, from whatever weights were chosen', () => {
    const order = orderOf(config, { ...NO_LESSON, from: 'r-2' }, null);
    expect(order).toEqual({ ok: true, value: { config, dialogues: [], from: 'r-2', selection: null } });
  });

  test('three epochs of three dialogues, two at a time, and then the end, or as many updates as the settings say', () => {
    const alone = orderOf(config, draftOf({}), set);
    expect(alone.ok && alone.value.config).toMatchObject({
      updates: 6,
      dialogues: { origin: 'quick-1', count: 3, updates: 6, recipe: 'sft', filter: { minimumPoints: 5, topShare: 1 } },
    });
    expect(alone.ok && alone.value.dialogues).toHaveLength(3);
    const warm = orderOf(config, draftOf({ then: 'play', recipe: 'epo', topPercent: '50' }), set);
    expect(warm.ok && warm.value.config).toMatchObject({
      updates: 8,
      dialogues: { updates: 3, count: 2, ratingWeight: 0 },
    });
  });

  test('nothing while nothing is chosen, a number is wrong, or the filter leaves nothing; the counts stay', () => {
    expect(orderOf(config, draftOf({}), null)).toMatchObject({ ok: false, error: { selection: null } });
    expect(orderOf(config, draftOf({ epochs: '1.5' }), set)).toMatchObject({
      ok: false,
      error: { fix: 'Enter a whole number: 1–1000.' },
    });
    const nothing = orderOf(config, draftOf({ minimumPoints: '9' }), set);
    expect(nothing).toMatchObject({ ok: false, error: { selection: { leftOut: { fewPoints: 3 } } } });
  });

  test('rated turns alone, where they are asked for', () => {
    expect(orderOf(config, draftOf({ learnFrom: 'rated', recipe: 'epo' }), set)).toMatchObject({
      ok: false,
      error: { selection: { leftOut: { unrated: 3 } } },
    });
  });
});

test('ratings weigh where somebody asks for rated turns, and they are rewards', () => {
  expect(usesNumber(draftOf({ recipe: 'sft', learnFrom: 'rated' }), 'ratingWeight')).toBe(false);
  expect(usesNumber(draftOf({ recipe: 'epo', learnFrom: 'rated' }), 'ratingWeight')).toBe(true);
  expect(usesNumber(draftOf({ recipe: 'epo' }), 'ratingWeight')).toBe(false);
  expect(numberError('minimumPoints', '')).toBe('Enter a number: 0–10.');
  expect(numberError('topPercent', '40')).toBeNull();
});

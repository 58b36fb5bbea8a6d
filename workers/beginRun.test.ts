import { beforeAll, expect, test } from 'vitest';
import { loadTinyModel, tinyConfig } from '../tests/tinyRun.ts';
import type { LoadedCheckpoint } from '../src/policy/formats/huggingFace.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import { dialogueOf, type Dialogue } from '../src/record/dialogueSet.ts';
import { planLesson } from '../src/record/planLesson.ts';
import { fakeEpisode } from '../src/storage/fakeRecords.ts';
import { zeroMoments } from '../src/policy/adamW.ts';
import { INITIAL_STATE, learnerStateOf, toCheckpoint } from '../src/training/trainerState.ts';
import { beginRun } from './beginRun.ts';

let model: LoadedCheckpoint;
beforeAll(async () => {
  model = await loadTinyModel();
});

function recorder(saved: Checkpoint | null) {
  const calls: string[] = [];
  const kept: Checkpoint[] = [];
  const storage = {
    load: async () => {
      if (!saved) throw new Error('there is no checkpoint');
      return saved;
    },
    save: async (checkpoint: Checkpoint) => {
      calls.push('save');
      kept.push({ ...checkpoint, tensors: checkpoint.tensors.slice() });
      checkpoint.tensors.fill(0); // storage takes the bytes along
    },
    createRun: async () => void calls.push('create'),
    saveDialogues: async (_: string, dialogues: readonly Dialogue[]) =>
      void calls.push(`dialogues ${dialogues.length}`),
  };
  return { calls, kept, storage };
}

const open = () => ({ modelName: 'tiny', model });
const config = tinyConfig();

test('a run that only plays is put into the list, and nothing else', async () => {
  const { calls, storage } = recorder(null);
  const run = await beginRun(storage, { runId: 'r', config, dialogues: [], from: null }, open());
  expect(calls).toEqual(['create']);
  expect(run).toEqual({ runId: 'r', config, resumeFrom: null });
});

test('a run with a lesson and other weights keeps both before it begins, and says where the weights are from', async () => {
  const parameters = new Map(
    [...model.weights].map(([name, { shape, data }]) => [name, { shape, data: data.map((x) => 2 * x) }]),
  );
  const about = { checkpointId: 'o-4', runId: 'other', label: 'x', createdAtMs: 1, modelName: 'tiny', config, validation: null, vitals: [], isKept: false }; // prettier-ignore
  const from = toCheckpoint(
    { ...INITIAL_STATE, updatesDone: 4 },
    { parameters, moments: zeroMoments(parameters) },
    about,
  );
  const dialogue = dialogueOf({ ...fakeEpisode('e', 0), trainedSeats: [0] }, []);
  const { calls, kept, storage } = recorder(from);
  const planned = planLesson(config, dialogue ? [dialogue] : [], { origin: 'other', epochs: 2 }, 3);
  const order = { runId: 'r', config: planned.config, dialogues: planned.selection.dialogues, from: 'o-4' };
  const run = await beginRun(storage, order, open());
  expect(calls).toEqual(['create', 'dialogues 1', 'save']);
  expect(run.config.startedFrom).toBe('other, update 4');
  expect(kept[0]?.manifest).toMatchObject({
    checkpointId: 'r-0',
    updatesDone: 0,
    config: { startedFrom: 'other, update 4' },
  });
  // The run goes on from its own copy, whatever storage did with what it was given.
  if (!run.resumeFrom) throw new Error('it begins with weights');
  const [name = ''] = parameters.keys();
  expect(learnerStateOf(run.resumeFrom).parameters.get(name)?.data).toEqual(parameters.get(name)?.data);
});

test('dialogues that are not all there are refused before anything is saved', async () => {
  const { calls, storage } = recorder(null);
  const lesson = planLesson(config, [dialogueOf({ ...fakeEpisode('e', 0), trainedSeats: [0] }, []) as Dialogue], { origin: 'x', epochs: 1 }, 0); // prettier-ignore
  const order = { runId: 'r', config: lesson.config, dialogues: [], from: null };
  await expect(beginRun(storage, order, open())).rejects.toMatchObject({ code: 'dialogues-missing' });
  expect(calls).toEqual([]);
});

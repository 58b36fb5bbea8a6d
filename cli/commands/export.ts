import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedCheckpoint } from '../../src/policy/formats/huggingFace.ts';
import type { Trainable } from '../../src/policy/engine.ts';
import { weightFiles } from '../../src/storage/export/weights.ts';
import { zipBytes } from '../../src/storage/export/zip.ts';
import { trainedIn } from '../../src/training/trainerState.ts';
import type { Command, Options } from '../arguments.ts';
import { CHECKPOINT_HELP, loadTrained, openStrategist } from '../checkpointWeights.ts';
import { MODEL_HELP, openEngine } from '../loadModel.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Writes trained weights as other tools read them: a Hugging Face folder or, for LoRA, a PEFT adapter.',
  options: {
    checkpoint: { value: 'DIR', help: CHECKPOINT_HELP, isRequired: true },
    out: { value: 'DIR', help: 'where to write', isRequired: true },
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise the run’s own` },
    format: { value: 'F', help: 'folder or zip', fallback: 'folder' },
    probe: { help: 'add logits.json and tokenize.json: what this lab computes, for tools/readback to compare with' },
  },
  run,
};

async function run(options: Options): Promise<unknown> {
  const format = options.choice('format', ['folder', 'zip']);
  const { model, checkpoint } = await loadTrained(options.text('checkpoint'), options.optional('model'));
  const files = weightFiles(checkpoint, model.keptFiles);
  if (options.isSet('probe')) files.push(...(await probeFiles(model, trainedIn(checkpoint))));
  const out = options.text('out');
  await mkdir(out, { recursive: true });
  if (format === 'zip') {
    const path = join(out, `${checkpoint.manifest.checkpointId}.zip`);
    await writeFile(path, await zipBytes(files, checkpoint.manifest.createdAtMs));
    return { path };
  }
  for (const { name, bytes } of files) await writeFile(join(out, name), bytes);
  return { path: out, files: files.map(({ name }) => name) };
}

/** Our own numbers for one sequence, under the weights of the checkpoint. */
async function probeFiles(model: LoadedCheckpoint, trained: Trainable) {
  const text = 'book 2 3 hat 2 2 ball 3 0';
  const ids = [...model.chatFormat.openView(text), ...model.chatFormat.openOwnTurn('5 none none')];
  const { engine } = await openEngine(model);
  try {
    // One sequence per token of the vocabulary, all with the same prompt: their last log-probs are the whole distribution.
    const { vocabularySize } = model.config;
    const prompts = Array.from({ length: vocabularySize }, (_, next) => Int32Array.from([...ids, next]));
    using learner = engine.createLearner(
      openStrategist(engine, model, trained).strategist,
      vocabularySize * ids.length,
    );
    const all = Int32Array.from({ length: ids.length - 1 }, (_, index) => index + 1);
    const own = await learner.forward([{ tokenIds: Int32Array.from(ids), scoredIndices: all }], 1);
    const next = await learner.forward(
      prompts.map((tokenIds) => ({ tokenIds, scoredIndices: Int32Array.of(ids.length) })),
      1,
    );
    const json = (name: string, value: unknown) => ({ name, bytes: new TextEncoder().encode(JSON.stringify(value)) });
    return [
      json('logits.json', { ids, logProbs: [...own.logProbs], nextLogProbs: [...next.logProbs] }),
      json('tokenize.json', { text, ids: model.tokenizer.encode(text) }),
    ];
  } finally {
    engine.dispose();
  }
}

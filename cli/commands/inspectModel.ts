import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../src/base/errors.ts';
import { estimateMemory } from '../../src/policy/memoryEstimate.ts';
import { sizeBytes } from '../../src/policy/weights.ts';
import { defaultRunConfig } from '../../src/record/runConfig.ts';
import { runShape } from '../../src/training/runShape.ts';
import { usage, type Command } from '../arguments.ts';
import { loadStrategist, openStrategist } from '../checkpointWeights.ts';
import { loadModel, MODEL_HELP, openEngine } from '../loadModel.ts';

const MODEL = { value: 'MODEL', help: MODEL_HELP, fallback: 'builtin' };

export const logprobsCommand: Command = {
  name: 'logprobs',
  summary: 'Scores a sequence of token ids: log-prob and entropy of every token after the first, in nats.',
  options: {
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise the checkpoint’s own` },
    ids: { value: 'FILE', help: 'JSON array of token ids', isRequired: true },
    checkpoint: { value: 'DIR', help: 'trained weights instead of the base' },
  },
  async run(options) {
    const { model, trained } = await loadStrategist(options.optional('checkpoint'), options.optional('model'));
    const ids = await readIds(options.text('ids'), model.config.vocabularySize, model.config.contextLength);
    const { engine } = await openEngine(model);
    try {
      using learner = engine.createLearner(openStrategist(engine, model, trained).strategist, ids.length);
      const scoredIndices = Int32Array.from({ length: ids.length - 1 }, (_, index) => index + 1);
      const stats = await learner.forward([{ tokenIds: Int32Array.from(ids), scoredIndices }], 1);
      return {
        ids,
        tokens: ids.map((id) => model.tokenizer.tokenText(id)),
        logProbs: [null, ...stats.logProbs],
        entropies: [null, ...stats.entropies],
        klToBase: [null, ...stats.klToBase],
      };
    } finally {
      engine.dispose();
    }
  },
};

export const describeCommand: Command = {
  name: 'describe',
  summary: 'Shows the adapter, its features and limits, the model, and the memory that a run would need.',
  options: { model: MODEL },
  async run(options) {
    const { name, model } = await loadModel(options.text('model'));
    const { engine, gpu } = await openEngine(model);
    const config = defaultRunConfig();
    const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = gpu.device.limits;
    try {
      return {
        adapter: gpu.adapterName,
        features: [...gpu.device.features],
        limits: { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage },
        model: { name, ...model.config, parameters: sizeBytes(model.weights) / 4 },
        memoryBytes: estimateMemory(model.config, runShape(config, engine)),
      };
    } finally {
      engine.dispose();
    }
  },
};

async function readIds(path: string, vocabularySize: number, contextLength: number): Promise<number[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw usage(
      `The file ${path} cannot be read.`,
      'Name a file with a JSON array of token ids, for example [1, 5, 7].',
    );
  });
  const Ids = z
    .array(
      z
        .int()
        .min(0)
        .max(vocabularySize - 1),
    )
    .min(2)
    .max(contextLength);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const parsed = Ids.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new AppError('ids-invalid', {
    what: `${path} does not hold token ids of this model.`,
    why: z.prettifyError(parsed.error).replaceAll('\n', ' '),
    fix: `Write a JSON array of 2 to ${contextLength} whole numbers from 0 to ${vocabularySize - 1}.`,
  });
}

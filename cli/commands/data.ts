import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { UpdateMetrics } from '../../src/record/metrics.ts';
import type { Trace } from '../../src/record/trace.ts';
import { DATA_FORMATS, dataFiles, type DataFormat, type RunData } from '../../src/storage/export/dataFiles.ts';
import { ExportedEpisode, type ExportedTrace } from '../../src/storage/export/episodes.ts';
import { usage, type Command } from '../arguments.ts';
import { DirectoryCheckpointStore } from '../directoryStore.ts';
import { loadModel, MODEL_HELP } from '../loadModel.ts';

const FORMATS = Object.keys(DATA_FORMATS) as DataFormat[]; // an object's own keys

export const dataCommand: Command = {
  name: 'data',
  summary: 'Writes the episodes and metrics of a run as other tools read them.',
  options: {
    run: { value: 'DIR', help: 'folder that `train` wrote to', isRequired: true },
    as: { value: 'FORMAT', help: `${FORMATS.join(', ')}, or all`, fallback: 'all' },
    model: { value: 'MODEL', help: `whose words the tokens are: ${MODEL_HELP}; otherwise the run’s own` },
    out: { value: 'DIR', help: 'where to write, one folder per format', isRequired: true },
  },
  async run(options) {
    const wanted = options.choice('as', [...FORMATS, 'all']);
    const data = await readRun(options.text('run'), options.optional('model'));
    const paths: string[] = [];
    for (const format of wanted === 'all' ? FORMATS : [wanted]) {
      const folder = join(options.text('out'), format);
      await mkdir(folder, { recursive: true });
      for (const { name, bytes } of dataFiles(format, data)) {
        await writeFile(join(folder, name), bytes);
        paths.push(join(folder, name));
      }
    }
    return { episodes: data.episodes.length, updates: data.updates.length, paths };
  },
};

const MetricsLine = UpdateMetrics.extend({ updateIndex: z.int().min(0) });

async function readRun(folder: string, wish: string | null): Promise<RunData> {
  const lines = await linesOf(join(folder, 'episodes.jsonl'), ExportedEpisode);
  const { name, model } = await loadModel(wish ?? (await modelOfRun(folder)));
  const runId = basename(resolve(folder));
  const metrics = await linesOf(join(folder, 'metrics.jsonl'), MetricsLine);
  return {
    runId,
    modelName: name,
    createdAtMs: Math.round((await stat(join(folder, 'episodes.jsonl'))).mtimeMs),
    episodes: lines,
    traces: lines.flatMap(({ episodeId, traces }) => traces.map((trace) => traceOf(episodeId, trace))),
    updates: metrics.map(({ updateIndex, ...numbers }) => ({ runId, updateIndex, metrics: numbers })),
    decode: (ids) => model.tokenizer.decode(ids),
  };
}

async function modelOfRun(folder: string): Promise<string> {
  const { manifest } = await new DirectoryCheckpointStore(join(folder, 'checkpoints')).best();
  return manifest.modelName;
}

function traceOf(episodeId: string, trace: ExportedTrace): Trace {
  return {
    episodeId,
    seat: trace.seat,
    policyVersion: trace.policyVersion,
    tokenIds: Int32Array.from(trace.tokenIds),
    sampledMask: Uint8Array.from(trace.sampledMask),
    ownTurnIndex: Int16Array.from(trace.ownTurnIndex),
    logProbs: Float32Array.from(trace.logProbs),
    entropies: Float32Array.from(trace.entropies),
    klToBase: Float32Array.from(trace.klToBase, (value) => value ?? NaN),
    advantages: Float32Array.from(trace.advantages),
  };
}

async function linesOf<Value>(path: string, schema: z.ZodType<Value>): Promise<Value[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw usage(`There is no ${path}.`, 'Give the folder that `train --out` wrote to.');
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const parsed = schema.safeParse(JSON.parse(line));
      if (parsed.success) return parsed.data;
      throw usage(`Line ${index + 1} of ${path} cannot be read: ${z.prettifyError(parsed.error)}`, 'Use the version that wrote it.'); // prettier-ignore
    });
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { helpOf, parseOptions, usage, type Options } from '../cli/arguments.ts';
import { builtInNamed, loadModel, MODEL_HELP } from '../cli/loadModel.ts';
import { monotonicMs, wallClockMs } from '../src/base/clock.ts';
import { explain } from '../src/base/errors.ts';
import type { ModelConfig } from '../src/policy/modelConfig.ts';
import type { Weights } from '../src/policy/weights.ts';
import { runInChromium } from './browser.ts';
import { runInNode } from './node.ts';
import { createRandomModel, RANDOM_MODEL_NAMES } from './randomModel.ts';
import { printReport } from './printReport.ts';
import { assembleReport } from './report.ts';
import { FULL_SIZE, PARTS, QUICK_SIZE, type Part } from './size.ts';

/**
 * `npm run bench`: our engine against plain tfjs and transformers.js, and against what the adapter can do, all in one run.
 * What counts are the ratios and shares: rates belong to the machine and to whatever else it does meanwhile.
 */
const command = {
  name: 'bench',
  summary: 'Compares the engine with tfjs and transformers.js, in Chromium or in Node.',
  options: {
    out: { value: 'FILE', help: 'write the report there, as JSON' },
    node: { help: 'Dawn in Node instead of Chromium' },
    only: { value: 'PARTS', help: `some parts, with commas: ${PARTS.join(', ')}`, fallback: PARTS.join(',') },
    // The smallest: its ONNX file ships, so that the bench needs no Python, and the others end within minutes.
    model: {
      value: 'MODEL',
      help: `${MODEL_HELP}, or ${RANDOM_MODEL_NAMES.join(', ')}; parley-mini when not given`,
      fallback: 'builtin:parley-mini',
    },
    quick: { help: 'a minute, to see that everything runs' },
  },
  run,
};

const words = z.array(z.string()).parse(JSON.parse(process.env['PARLEY_ARGUMENTS'] ?? '[]'));
try {
  if (words.includes('--help')) console.log(helpOf(command).replace('npm run parley -- bench', 'npm run bench --'));
  else await run(parseOptions(command, words));
} catch (thrown) {
  const { code, what, why, fix } = explain(thrown);
  process.stderr.write(`\nerror: ${what}\n  why: ${why}\n  fix: ${fix}\n`);
  if (code === 'unexpected' && thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`);
  process.exitCode = code === 'bad-arguments' ? 2 : 1;
}
// Dawn keeps a thread for its device; the process must not wait for it.
process.exit();

async function run(options: Options): Promise<void> {
  const startedAt = monotonicMs();
  const seconds = () => Math.round((monotonicMs() - startedAt) / 1000);
  const say = (text: string) => process.stderr.write(`${String(seconds()).padStart(4)} s  ${text}\n`);
  const parts = partsNamed(options.text('only'));
  const size = options.isSet('quick') ? QUICK_SIZE : FULL_SIZE;
  const isBesideWanted = !options.isSet('quick');
  const model = await loadBenchModel(options.text('model'));
  const facts = { date: new Date(wallClockMs()).toISOString(), cores: cpus().length, loadBefore: loadavg()[0] };
  const request = { modelName: model.name, size, parts, isBesideWanted };
  const { runtime, result } = options.isSet('node')
    ? await runInNode({ ...request, config: model.config, weights: model.weights }, say)
    : await runInChromium(model.folder, request, say);
  const report = assembleReport(result, { runtime, ...facts, loadAfter: loadavg()[0], seconds: seconds() });
  const out = options.optional('out');
  if (out !== null) {
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (options.isSet('json')) console.log(JSON.stringify(report));
  else printReport(result, report);
}

interface BenchModel {
  readonly name: string;
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** null: made up, no files. */
  readonly folder: string | null;
}

async function loadBenchModel(text: string): Promise<BenchModel> {
  const random = createRandomModel(text);
  if (random) return { name: text, ...random, folder: null };
  const { name, model } = await loadModel(text);
  const builtIn = builtInNamed(text);
  const folder = builtIn === null ? text : join('public/models', builtIn);
  return { name, config: model.config, weights: model.weights, folder };
}

function partsNamed(text: string): Part[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw usage(`--only names "${unknown}".`, `Choose among: ${PARTS.join(', ')}.`);
  return PARTS.filter((part) => names.includes(part));
}

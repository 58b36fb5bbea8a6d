import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installPython, python } from './pythonEnvironment.mjs';

/**
 * Trains two tiny runs (all weights, and LoRA), exports them, and lets transformers, peft and gguf load the exports and
 * compare log-probs with ours (tools/readback); lets it read the built-in models too.
 */
const folder = resolve('.cache/readback');
const TINY = { model: 'parley-mini', updates: 1, episodesPerUpdate: 8, episodesPerScenario: 2, turnLimit: 8 };

if (!installPython()) process.exit(1);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const adaptation of ['full', 'lora']) {
  const config = join(folder, `${adaptation}.json`);
  const run = join(folder, `run-${adaptation}`);
  writeFileSync(config, JSON.stringify({ ...TINY, adaptation, learningRate: 4e-3 }));
  must(process.execPath, ['cli/parley.mjs', 'train', '--config', config, '--out', run, '--json']);
  const checkpoint = join(run, 'checkpoints', 'run-1');
  must(process.execPath, [
    'cli/parley.mjs',
    'export',
    '--json',
    '--probe',
    '--checkpoint',
    checkpoint,
    '--out',
    join(folder, 'exports', adaptation),
  ]);
  copyFileSync(join(run, 'episodes.jsonl'), join(folder, 'exports', adaptation, 'episodes.jsonl'));
}
for (const precision of ['f16', 'q8_0']) {
  const whole = join(folder, 'exports', 'full');
  parley(['gguf', '--model', whole, '--precision', precision, '--out', join(whole, `model-${precision}.gguf`)]);
}
parley(['data', '--run', join(folder, 'run-full'), '--out', join(folder, 'data')]);
const builtIn = join(folder, 'built-in');
for (const [name, { dialogues }] of Object.entries(JSON.parse(readFileSync('tools/base-model/recipes.json', 'utf8')))) {
  if (!existsSync(join('public/models', name))) continue; // a recipe that is not shipped
  for (const environment of Object.keys(dialogues)) {
    const corpus = join(builtIn, name, `${environment}.jsonl`);
    const model = `builtin:${name}`;
    parley(['corpus', '--environment', environment, '--dialogues', '40', '--split', 'test', '--out', corpus]);
    const tokens = parley(['tokenize', '--model', model, '--corpus', corpus]);
    writeFileSync(corpus.replace('.jsonl', '.tokens.json'), tokens);
    const ids = corpus.replace('.jsonl', '.ids.json');
    writeFileSync(ids, JSON.stringify(JSON.parse(tokens).firstIds));
    writeFileSync(corpus.replace('.jsonl', '.logprobs.json'), parley(['logprobs', '--model', model, '--ids', ids]));
  }
}
must(python, ['-m', 'pytest', '-q', 'tools/readback', 'tools/base-model', 'tools/judge'], {
  PARLEY_EXPORT_DIR: join(folder, 'exports'),
  PARLEY_BUILT_IN_DIR: builtIn,
  PARLEY_DATA_DIR: join(folder, 'data'),
});
// The chat client against somebody else's server, which speaks with our built-in model.
must(process.execPath, [
  'tools/chat-server/withServer.mjs',
  'public/models/parley-mini',
  ...['npx', 'vitest', 'run', '--project', 'node', 'src/agent/chat/independentServer.test.ts'],
]);

/** What a command prints. */
function parley(words) {
  const { status, stdout } = spawnSync(process.execPath, ['cli/parley.mjs', ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) {
    console.error(`failed: parley ${words.join(' ')}`);
    process.exit(1);
  }
  return stdout;
}

function must(command, words, environment = {}) {
  const { status } = spawnSync(command, words, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  if (status !== 0) {
    console.error(`failed: ${command} ${words.join(' ')}`);
    process.exit(1);
  }
}

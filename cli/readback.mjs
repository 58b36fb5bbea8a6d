import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Trains two tiny runs (all weights, and LoRA), exports them, and lets transformers and peft load the exports and compare
 * log-probs with ours (tools/readback). Makes the Python environment when it is missing.
 */
const folder = resolve('.cache/readback');
const python = resolve('tools/.venv/bin/python');
const TINY = { updates: 1, episodesPerUpdate: 4, episodesPerScenario: 2, turnLimit: 4 };

if (!existsSync('tools/.venv/installed')) {
  must('python3', ['-m', 'venv', 'tools/.venv']);
  // The CPU build first: otherwise a dependency would bring the newest one with gigabytes of GPU packages.
  must(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', 'torch==2.13.0']);
  must(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', 'tools/requirements.txt']);
  writeFileSync('tools/.venv/installed', '');
}
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
must(python, ['-m', 'pytest', '-q', 'tools/readback', 'tools/base-model'], {
  PARLEY_EXPORT_DIR: join(folder, 'exports'),
});

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

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The interpreter that `tools/` runs with; there after `installPython`. */
export const python = resolve('tools/.venv/bin/python');

/** Makes the environment of tools/requirements.txt where it is missing or holds other versions; true when it is ready. */
export function installPython() {
  // The marker holds what was installed: other requirements are installed anew.
  const requirements = readFileSync('tools/requirements.txt', 'utf8');
  const marker = 'tools/.venv/installed';
  if (existsSync(marker) && readFileSync(marker, 'utf8') === requirements) return true;
  const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check'];
  const isReady =
    succeeds('python3', ['-m', 'venv', 'tools/.venv']) &&
    // The CPU build first: otherwise a dependency would bring the newest one with gigabytes of GPU packages.
    succeeds(python, [...pip, 'torch==2.13.0']) &&
    succeeds(python, [...pip, '-r', 'tools/requirements.txt']);
  if (isReady) writeFileSync(marker, requirements);
  return isReady;
}

function succeeds(command, words) {
  const isDone = spawnSync(command, words, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
  if (!isDone) console.error(`failed: ${command} ${words.join(' ')}`);
  return isDone;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(installPython() ? 0 : 1);

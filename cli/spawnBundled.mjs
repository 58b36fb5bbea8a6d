import { spawn } from 'node:child_process';
import { vulkanEnvironment } from './chromium.mjs';

/**
 * Bundles a TypeScript entry and runs it with this process's arguments (PARLEY_ARGUMENTS). The driver's environment must stand
 * before a process starts, so the entry runs in a child of this one.
 */
export function spawnBundled(entry) {
  const words = process.argv.slice(2);
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import('./cli/bundle.mjs').then((m) => m.runBundled(${JSON.stringify(entry)}))`,
      '--',
      ...words,
    ],
    {
      stdio: 'inherit',
      env: { ...process.env, ...vulkanEnvironment(), PARLEY_ARGUMENTS: JSON.stringify(words) },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
}

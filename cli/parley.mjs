import { spawn } from 'node:child_process';
import { vulkanEnvironment } from './chromium.mjs';

// The driver's environment must stand before the process starts, so the command runs in a child of this one.
const child = spawn(
  process.execPath,
  [
    '--input-type=module',
    '--eval',
    "import('./cli/bundle.mjs').then((m) => m.runBundled('cli/main.ts'))",
    '--',
    ...process.argv.slice(2),
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, ...vulkanEnvironment(), PARLEY_ARGUMENTS: JSON.stringify(process.argv.slice(2)) },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));

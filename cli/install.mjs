import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const STAMP = 'node_modules/.parley-installed';

/** Installs the packages of package-lock.json when they are missing or the lock has changed. Uses Node's own modules only. */
export function installPackages() {
  const lock = readFileSync('package-lock.json', 'utf8');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return;
  console.log('Installing packages…');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    explainAndExit(
      'The packages could not be installed.',
      'npm ci failed (see above).',
      'Check the network, then run the command again.',
    );
  }
  writeFileSync(STAMP, lock);
}

/** Makes sure that a Chromium is here: one that is installed, else Playwright's download, else the distribution's package. */
export async function installChromium() {
  const { findChromium } = await import('./chromium.mjs');
  if (findChromium()) return;
  console.log('Installing a Chromium for the browser tests…');
  const attempts = [['npx', ['playwright', 'install', '--with-deps', 'chromium']]];
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    attempts.push(['sh', ['-c', 'apt-get update -q && apt-get install -y -q chromium']]);
  }
  for (const [command, words] of attempts) {
    spawnSync(command, words, { stdio: 'ignore', timeout: 600_000 });
    if (findChromium()) return;
  }
  explainAndExit(
    'The browser tests need a Chromium, and none could be installed.',
    'Neither Playwright’s download nor the package manager gave one.',
    'Install Chromium or Chrome, or name one: CHROMIUM_PATH=/path/to/chrome npm test',
  );
}

export function explainAndExit(what, why, fix) {
  console.error(`\nerror: ${what}\n  why: ${why}\n  fix: ${fix}`);
  process.exit(1);
}

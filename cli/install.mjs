import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** npm writes it when an installation is complete, and lists what lies in node_modules. */
const INSTALLED = 'node_modules/.package-lock.json';

/** Installs the packages of package-lock.json when they are missing or the lock has changed. Uses Node's own modules only. */
export function installPackages() {
  if (isInstalled()) return;
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
}

/** Whether every package of the lock is here in its version; optional ones are for other platforms. */
function isInstalled() {
  if (!existsSync(INSTALLED)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  const installed = packagesOf(INSTALLED);
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional, devOptional, peer }]) =>
      path === '' || optional || devOptional || peer || installed[path]?.version === version,
  );
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

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { installChromium, installPackages } from './install.mjs';

/**
 * `npm test`: installs what is missing, then format, lint, types, unit, gpu, build and end-to-end tests, and one summary
 * line. `--python` (set in CI) adds the read-back of exports by transformers and peft. Exits non-zero when anything failed.
 */
const REPORTS = '.cache/reports';
const withPython = process.argv.includes('--python') || Boolean(process.env.CI);

installPackages();
await installChromium();
// Packages come from the network while the processor is busy with everything else.
const pythonIsThere =
  withPython && exitOf(spawn(process.execPath, ['cli/pythonEnvironment.mjs'], { stdio: 'inherit' }));
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });

const totals = { passed: 0, failed: 0 };
const check = (name, command, words) => {
  console.log(`\n── ${name}`);
  return run(command, words) === 0 ? count(1, 0) : count(0, 1);
};
check('format', 'npx', ['prettier', '--check', '--log-level', 'warn', '.']);
check('lint', 'npx', ['eslint', '.', '--max-warnings', '0']);
check('types', 'npx', ['tsc', '-b']);
vitest('unit', 'node');
vitest('gpu', 'gpu');
check('build', 'npx', ['vite', 'build', '--logLevel', 'warn']);
playwright();
await pythonIsThere;
if (withPython) check('python: exports read back', process.execPath, ['cli/readback.mjs']);

console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);

function vitest(name, project) {
  console.log(`\n── ${name}`);
  const report = `${REPORTS}/${project}.json`;
  const status = run('npx', [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  if (!existsSync(report)) return count(0, 1);
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  // A suite that cannot even be collected fails without a failed test in it.
  const failed = numFailedTests || (status !== 0 ? Math.max(1, numFailedTestSuites) : 0);
  return count(numPassedTests, failed);
}

function playwright() {
  console.log('\n── end to end');
  const report = `${REPORTS}/e2e.json`;
  const status = run('npx', ['playwright', 'test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  if (!existsSync(report)) return count(0, 1);
  const { stats } = JSON.parse(readFileSync(report, 'utf8'));
  return count(stats.expected, stats.unexpected + stats.flaky || (status !== 0 ? 1 : 0));
}

function exitOf(child) {
  return new Promise((resolve) => child.on('exit', resolve));
}

function run(command, words, environment = {}) {
  const { status } = spawnSync(command, words, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
    shell: process.platform === 'win32',
  });
  return status;
}

function count(passed, failed) {
  totals.passed += passed;
  totals.failed += failed;
}

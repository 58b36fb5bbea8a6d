import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'parley-bundle-'));
  mkdirSync(join(project, 'cli'));
  mkdirSync(join(project, 'src'));
  write('package.json', '{"type": "module"}');
  write('src/word.ts', "export const word: string = 'first';");
  write('cli/entry.ts', "import { word } from '../src/word.ts';\nconsole.log(word);");
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

/** @param ageSeconds how long ago it was saved */
function write(name: string, code: string, ageSeconds = 60): void {
  writeFileSync(join(project, name), code);
  const savedAt = statSync(join(project, name)).mtimeMs / 1000 - ageSeconds;
  utimesSync(join(project, name), savedAt, savedAt);
}

/** What the bundled entry prints. */
function run(): Promise<string> {
  const bundler = JSON.stringify(resolve('cli/bundle.mjs'));
  const code = `import(${bundler}).then((m) => m.runBundled('cli/entry.ts'))`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { cwd: project });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((done) => child.on('close', () => done(said.trim())));
}

const bundle = () => join(project, '.cache', 'node', 'entry.js');

test('commands that start together all run, and leave the bundle and nothing else', async () => {
  expect(await Promise.all([run(), run(), run()])).toEqual(['first', 'first', 'first']);
  expect(readdirSync(join(project, '.cache', 'node'))).toEqual(['entry.js']);
}, 60_000);

test('what is saved while the bundle is made is in the next one', async () => {
  expect(await run()).toBe('first');
  const madeAt = statSync(bundle()).mtimeMs;
  expect(await run()).toBe('first');
  expect(statSync(bundle()).mtimeMs).toBe(madeAt); // nothing has changed, so nothing was made
  write('src/word.ts', "export const word: string = 'second';", 59); // after the sources, before the bundle was finished
  expect(await run()).toBe('second');
}, 60_000);

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ExperimentResults } from '../src/record/experimentReport.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-experiments-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Seconds on the CPU adapter: an untrained model, two seeds of two updates, six cells of four games of poker. */
const SMALL = [
  'recipe',
  'self-play-scaling',
  ...['--models', 'tiny:1', '--environment', 'kuhn-poker', '--seeds', '1', '--episodes', '4', '--updates', '2'],
  ...['--episodes-per-update', '4'],
  ...['--knobs', '{"agent":"script","strategyTokenLimit":3,"tokensPerMicroBatch":512,"rounds":2}'],
];

interface Ended {
  /** null: it was killed. */
  readonly code: number | null;
  readonly said: string;
}

/** The real command. @param isEnough sees all that was said so far; then SIGKILL */
function parley(words: readonly string[], isEnough: (said: string) => boolean = () => false): Promise<Ended> {
  // A process group of its own: what it started dies with it.
  const child = spawn(process.execPath, ['cli/parley.mjs', ...words], { detached: true });
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
    if (child.pid !== undefined && child.exitCode === null && isEnough(said)) process.kill(-child.pid, 'SIGKILL');
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

const filesOf = (out: string) =>
  ['json', 'html', 'md'].map((ending) => readFileSync(join(out, `self-play-scaling.${ending}`), 'utf8'));
const finishedParts = (said: string) => (said.match(/^part \d+ of/gm) ?? []).length;

describe('a recipe on the command line', { timeout: 600_000 }, () => {
  const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];

  test('says what it takes, does it, and writes a page, a table and results without times', async () => {
    const estimate = await parley([...SMALL, '--out', whole, '--estimate', '--json']);
    expect(estimate.code, estimate.said).toBe(0);
    expect(JSON.parse(estimate.said.slice(estimate.said.indexOf('{"recipe"')))).toMatchObject({ parts: 12 });
    const { code, said } = await parley([...SMALL, '--out', whole]);
    expect(code, said).toBe(0);
    const [json = '', html = '', markdown = ''] = filesOf(whole);
    const results = ExperimentResults.parse(JSON.parse(json));
    expect(results).toMatchObject({ isComplete: true, failures: [] });
    expect(results.trainings[0]?.milestones.map(({ updates }) => updates)).toEqual([1, 2]);
    expect(json).not.toMatch(/seconds|minutes/);
    expect(html).toContain('<svg');
    expect(markdown).toContain('| self-play, test | 2 |');
    expect(readFileSync(join(whole, 'self-play-scaling.costs.json'), 'utf8')).toMatch(/"seconds"/);
  });

  test('killed between parts and inside one, it comes to the same bytes', async () => {
    // Right after a part was done, and while the training goes on: the device is being made ready, or an update is played.
    const first = await parley([...SMALL, '--out', killed], (said) => finishedParts(said) >= 1);
    const second = await parley([...SMALL, '--out', killed], (said) => finishedParts(said) >= 3);
    const inside = await parley([...SMALL, '--out', killed], (said) => /compiling|train|play/.test(said));
    expect([first.code, second.code, inside.code]).toEqual([null, null, null]);
    const last = await parley([...SMALL, '--out', killed]);
    expect(last.code, last.said).toBe(0);
    expect(filesOf(killed)).toEqual(filesOf(whole));
  });

  test('run again it computes nothing and writes the same bytes', async () => {
    const before = filesOf(whole);
    const { code, said } = await parley([...SMALL, '--out', whole]);
    expect(code, said).toBe(0);
    expect(said).toContain('0 parts to do');
    expect(filesOf(whole)).toEqual(before);
  });

  test('a recipe that is none, and an order that is none, are explained', async () => {
    expect(await parley(['recipe', 'nobody', '--out', whole])).toMatchObject({ code: 1 });
    const { code, said } = await parley(['recipe', 'controls', '--out', whole, '--seeds', 'one']);
    expect(code).toBe(2);
    expect(said).toMatch(/seeds/);
  });

  test('players are compared on the same scenarios', async () => {
    const out = join(folder, 'benchmark');
    const words = ['benchmark', '--out', out, '--model', 'tiny:1', '--environment', 'kuhn-poker', '--agent', 'script'];
    const { code, said } = await parley([
      ...words,
      '--episodes',
      '8',
      '--trials',
      '2',
      '--players',
      'base@1;fixed:bet;script:random-legal',
    ]);
    expect(code, said).toBe(0);
    const results = ExperimentResults.parse(JSON.parse(readFileSync(join(out, 'benchmark.json'), 'utf8')));
    expect(results.cells).toHaveLength(6);
    expect(results.report.find(({ kind }) => kind === 'comparisons')).toMatchObject({
      rows: [{ against: 'fixed: bet' }, { against: 'script: random-legal' }],
    });
    expect(await parley([...words, '--players', 'nobody'])).toMatchObject({ code: 2 });
  });
});

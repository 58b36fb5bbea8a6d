import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { monotonicMs } from '../src/base/clock.ts';
import { RandomStream } from '../src/base/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KILLS = 3;
const CONFIG = {
  environment: 'kuhn-poker',
  agent: 'script',
  updates: 12,
  episodesPerUpdate: 4,
  episodesPerScenario: 2,
  tokensPerMicroBatch: 512,
  updatesPerEvaluation: 2,
  evaluationEpisodes: 4,
};

interface Ended {
  /** null: it was killed. */
  readonly code: number | null;
  readonly said: string;
  /** From the first update that it told to its end. */
  readonly trainedMs: number;
}

/** The real command. @param kill when to send SIGKILL: so long after its first update is told, or with the third; null lets it end */
function train(out: string, kill: { readonly afterMs: number } | null): Promise<Ended> {
  const hasCheckpoint =
    existsSync(join(out, 'checkpoints')) && readdirSync(join(out, 'checkpoints')).some((name) => !name.startsWith('.'));
  const order = hasCheckpoint ? ['--resume'] : ['--config', join(folder, 'config.json'), '--model', 'tiny:1'];
  // A process group of its own: what it started dies with it.
  const child = spawn(process.execPath, ['cli/parley.mjs', 'train', '--out', out, ...order], { detached: true });
  let said = '';
  let toldAtMs: number | null = null;
  const die = () => {
    const { pid } = child;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself, which its exit code tells.
    }
  };
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
    const told = said.match(/^update \d+ /gm)?.length ?? 0;
    // A machine that became faster since its pace was taken does not get to the end.
    if (kill && told >= 3) die();
    if (toldAtMs !== null || told === 0) return;
    toldAtMs = monotonicMs();
    if (kill) setTimeout(die, kill.afterMs);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, said, trainedMs: monotonicMs() - (toldAtMs ?? monotonicMs()) })),
  );
}

/** What the run has made, but for seconds and dates. */
function madeIn(out: string): unknown {
  const linesOf = (name: string) =>
    readFileSync(join(out, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line, (key, value: unknown) => (isTiming(key) ? undefined : value)));
  const checkpoints = readdirSync(join(out, 'checkpoints')).sort();
  return {
    metrics: linesOf('metrics.jsonl'),
    evaluations: linesOf('evaluations.jsonl'),
    episodes: linesOf('episodes.jsonl'),
    checkpoints: checkpoints.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(out, 'checkpoints', name, 'checkpoint.safetensors')))
        .digest('hex'),
    ]),
  };
}

function isTiming(key: string): boolean {
  return /seconds$/i.test(key) || key === 'tokensPerSecond';
}

test('a process that is killed three times ends with the bits of one that never was', async () => {
  writeFileSync(join(folder, 'config.json'), JSON.stringify(CONFIG));
  const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
  const { code, said, trainedMs } = await train(whole, null);
  expect(code, said).toBe(0);
  // Each of the three dies within an update or so of its first: together they leave something to do.
  const updateMs = trainedMs / (CONFIG.updates - 1);

  const random = new RandomStream(5, 'kills');
  let kills = 0;
  for (let attempt = 0; attempt < KILLS; attempt++) {
    const end = await train(killed, { afterMs: 1.2 * updateMs * random.uniform() });
    if (end.code === null) kills += 1;
  }
  expect(kills).toBe(KILLS);
  const last = await train(killed, null);
  expect(last.code, last.said).toBe(0);
  expect(madeIn(killed)).toEqual(madeIn(whole));
}, 300_000);

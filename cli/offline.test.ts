import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CheckpointManifest } from '../src/record/checkpoint.ts';
import { ExportedEpisode } from '../src/storage/export/episodes.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-offline-'));
const at = (...names: string[]) => join(folder, ...names);
const write = (name: string, value: unknown) => {
  writeFileSync(at(name), typeof value === 'string' ? value : JSON.stringify(value));
  return at(name);
};
const CONFIG = {
  model: 'parley-mini',
  preset: 'epo',
  turnReward: 'critical-progress',
  updates: 2,
  episodesPerUpdate: 4,
  episodesPerScenario: 2,
  turnLimit: 4,
  tokensPerMicroBatch: 512,
  updatesPerCheckpoint: 2,
};

function parley(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: at('temporary') };
  delete env['XDG_RUNTIME_DIR'];
  const child = spawn(process.execPath, ['cli/parley.mjs', ...words], { env });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })));
}

async function train(...words: string[]): Promise<string> {
  const { code, out, err } = await parley('train', ...words);
  expect(code, err + out).toBe(0);
  return out + err;
}
const episodesOf = (run: string) =>
  readFileSync(at(run, 'episodes.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => ExportedEpisode.parse(JSON.parse(line)));
/** What each side was trained on: by the ids, whichever order it came in. */
const sequencesOf = (run: string, updateIndex = 0) =>
  episodesOf(run)
    .filter((episode) => episode.updateIndex === updateIndex)
    .flatMap(({ traces }) =>
      traces.map(({ tokenIds, sampledMask, advantages }) => `${tokenIds}|${sampledMask}|${advantages}`),
    )
    .sort();
const metricsOf = (run: string) =>
  readFileSync(at(run, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => z.looseObject({ objective: z.record(z.string(), z.number()) }).parse(JSON.parse(line)));

beforeAll(async () => {
  mkdirSync(at('temporary'));
  await train('--config', write('config.json', CONFIG), '--out', at('played'));
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('train --dialogues', () => {
  test('learns from what a run has played: counts first, then its mini-batches, resumable in mid-epoch', async () => {
    const lesson = ['--dialogues', at('played', 'episodes.jsonl'), '--recipe', 'epo', '--epochs', '2'];
    const said = await train('--config', at('config.json'), ...lesson, '--out', at('taught'));
    expect(said).toMatch(/episodes\.jsonl: 8 dialogues, 16 sides, \d+ own turns, \d+ scored, 0 rated/);
    expect(said).toMatch(/learned from: 16 sides of 8 dialogues/);
    expect(metricsOf('taught').map(({ objective }) => objective['offline/epoch'])).toEqual([1, 1, 2, 2]);
    const played = [...sequencesOf('played', 0), ...sequencesOf('played', 1)].sort();
    expect([...sequencesOf('taught', 0), ...sequencesOf('taught', 1)].sort()).toEqual(played);

    // Stopped in the first epoch, and gone on with from the run's own folder.
    const short = write('short.json', { ...CONFIG, updatesPerCheckpoint: 1 });
    const controller = spawn(
      process.execPath,
      ['cli/parley.mjs', 'train', '--config', short, ...lesson, '--out', at('cut')],
      {
        env: { ...process.env, TMPDIR: at('temporary') },
      },
    );
    controller.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('update 1  points')) controller.kill('SIGINT');
    });
    await new Promise((resolve) => controller.on('close', resolve));
    expect(metricsOf('cut').length).toBeLessThan(4);
    await train('--resume', '--out', at('cut'));
    expect(metricsOf('cut').map(({ objective }) => objective['offline/log_prob'])).toEqual(
      metricsOf('taught').map(({ objective }) => objective['offline/log_prob']),
    );
  }, 240_000);

  test('learns from the file for EPO’s code, the same sequences with the same advantages, then plays', async () => {
    const { code } = await parley('data', '--run', at('played'), '--as', 'epo', '--out', at('data'));
    expect(code).toBe(0);
    await train(
      '--config',
      write('warm.json', { ...CONFIG, episodesPerUpdate: 16, updates: 1 }),
      '--dialogues',
      at('data', 'epo', 'parley_epo.json'),
      '--recipe',
      'epo',
      '--warm-start',
      '1',
      '--out',
      at('imported'),
    );
    const played = [...sequencesOf('played', 0), ...sequencesOf('played', 1)].sort();
    expect(sequencesOf('imported', 0)).toEqual(played);
    const [lesson, play] = metricsOf('imported');
    expect(lesson?.objective['offline/epoch']).toBe(1);
    expect(play?.objective['offline/epoch']).toBeUndefined();
    expect(play?.['tokensSampled']).toBeGreaterThan(0);
  }, 240_000);

  test('takes ratings, filters, and the weights of another run', async () => {
    const [episode] = episodesOf('played');
    const turnIndex = episode?.turns[0]?.turnIndex ?? 0;
    const ratings = write(
      'ratings.jsonl',
      `${JSON.stringify({ episodeId: episode?.episodeId, turnIndex, value: -1 })}\n`,
    );
    const said = await train(
      '--config',
      at('config.json'),
      '--dialogues',
      at('played', 'episodes.jsonl'),
      ...['--recipe', 'epo', '--epochs', '1', '--ratings', ratings, '--rating-weight', '1'],
      ...['--from', at('played', 'checkpoints', 'run-2'), '--out', at('rated')],
    );
    expect(said).toMatch(/1 rated[\s\S]*learned from: 1 sides of 1 dialogues.*left out: 15 because no turn is rated/);
    const [rated] = episodesOf('rated');
    expect(rated?.turns.find((turn) => turn.turnIndex === turnIndex)?.rewardParts).toEqual([
      { name: 'rating', value: -1 },
    ]);
    const manifest = z
      .looseObject({ manifest: CheckpointManifest })
      .parse(JSON.parse(readFileSync(at('rated', 'checkpoints', 'run-1', 'checkpoint.json'), 'utf8')));
    expect(manifest.manifest.config.startedFrom).toMatch(/run-2, update 2$/);
  }, 240_000);

  test.each([
    [['--dialogues', 'FAULTY'], 'Line 2 is not JSON'],
    [['--dialogues', 'GOOD', '--minimum-points', '10', '--top-share', '0.001', '--ratings', 'FAULTY'], 'Line 1'],
    [['--warm-start', '2'], '--warm-start wants dialogues'],
    [['--dialogues', 'GOOD', '--epochs', '0'], '--epochs is "0"'],
    [['--from', 'played/checkpoints/run-9'], 'checkpoint'],
  ])(
    '%s is explained, and leaves nothing behind',
    async (words, expected) => {
      const faulty = write(
        'faulty.jsonl',
        `${readFileSync(at('played', 'episodes.jsonl'), 'utf8').split('\n')[0] ?? ''}\n{"episodeId"`,
      );
      const paths: Record<string, string> = { FAULTY: faulty, GOOD: at('played', 'episodes.jsonl') };
      const given = words.map((word) => paths[word] ?? (word.startsWith('played/') ? at(word) : word));
      const { code, err } = await parley('train', '--config', at('config.json'), ...given, '--out', at('nothing'));
      expect(code).not.toBe(0);
      expect(err).toContain(expected);
      expect(() => readFileSync(at('nothing', 'config.json'))).toThrow();
    },
    60_000,
  );
});

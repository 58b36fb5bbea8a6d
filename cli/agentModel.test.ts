import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { CheckpointManifest } from '../src/record/checkpoint.ts';
import { RunConfig } from '../src/record/runConfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-agent-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);
const read = (...names: string[]): unknown => JSON.parse(readFileSync(at(...names), 'utf8'));

function parley(...words: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['cli/parley.mjs', ...words], { env: { ...process.env, TMPDIR: folder } });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

const Description = z.object({ manifest: CheckpointManifest });

const CONFIG = {
  model: 'parley-mini',
  adaptation: 'lora',
  agent: 'other-model',
  updates: 1,
  episodesPerUpdate: 2,
  episodesPerScenario: 2,
  turnLimit: 4,
  tokensPerMicroBatch: 512,
};

test('train --agent-model: another model acts, the records name it, and a run goes on with no other one', async () => {
  writeFileSync(at('config.json'), JSON.stringify(CONFIG));
  const trained = await parley(
    'train',
    '--config',
    at('config.json'),
    '--agent-model',
    'builtin:parley-small',
    '--out',
    at('run'),
  );
  expect(trained.code, trained.said).toBe(0);
  expect(RunConfig.parse(read('run', 'config.json')).agentModel).toBe('parley-small');
  const [checkpoint = ''] = readdirSync(at('run', 'checkpoints'));
  const { agentModel } = Description.parse(read('run', 'checkpoints', checkpoint, 'checkpoint.json')).manifest;
  expect(agentModel).toMatchObject({ name: 'parley-small' });

  const resumed = await parley('train', '--resume', '--agent-model', 'tiny:3', '--out', at('run'));
  expect(resumed.code).not.toBe(0);
  expect(resumed.said).toContain('cannot go on with another model as its agent');
  expect(resumed.said).toContain('tiny:deal-or-no-deal:3');
}, 600_000);

test('a model for nobody, and an agent without its model, are refused before anything is loaded', async () => {
  writeFileSync(at('alone.json'), JSON.stringify({ ...CONFIG, agent: 'model' }));
  const nobody = await parley('train', '--config', at('alone.json'), '--agent-model', 'tiny:3', '--out', at('alone'));
  expect(nobody.said).toContain('nobody’s agent is other-model');
  const evaluated = await parley('evaluate', '--agent', 'other-model', '--episodes', '1');
  expect(evaluated.said).toContain('--agent-model');
}, 300_000);

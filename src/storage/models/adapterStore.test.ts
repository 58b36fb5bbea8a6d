import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFixture } from '../../../tests/fixtureFiles.ts';
import { directoryFiles } from '../../../tests/models/directoryFiles.ts';
import { loadTinyModel } from '../../../tests/tinyRun.ts';
import { defaultRunConfig } from '../../record/runConfig.ts';
import { initialParameters } from '../../training/trainerState.ts';
import { AdapterStore } from './adapterStore.ts';

const NAMES = ['adapter_config.json', 'adapter_model.safetensors'];
let root: string;
let store: AdapterStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'parley-adapters-'));
  store = new AdapterStore(directoryFiles(root));
});
afterEach(() => rm(root, { recursive: true }));

async function given(): Promise<Map<string, Blob>> {
  const files = NAMES.map(async (name) => {
    const bytes = await readFixture(`tiny-llama/adapter/${name}`);
    return [name, new Blob([new Uint8Array(bytes ?? [])])] as const;
  });
  return new Map(await Promise.all(files));
}

test('an adapter of PEFT is kept under a name of its bytes, and is what a run starts from', async () => {
  const { adapter } = await store.add('adapter', await given());
  expect(adapter).toMatchObject({ rank: 4, alpha: 8, label: 'adapter' });
  expect((await store.list()).map((listed) => listed.adapter)).toEqual([adapter]);

  const model = await loadTinyModel();
  const opened = await store.open(adapter.adapterName, model.config);
  const config = { ...defaultRunConfig(), adaptation: 'lora', loraRank: 4, loraAlpha: 8 } as const;
  const start = await initialParameters(config, model, opened);
  const fresh = await initialParameters(config, model, null);
  expect([...start.keys()]).toEqual([...fresh.keys()]);
  for (const [name, tensor] of opened.factors) expect(start.get(name)).toBe(tensor);
});

test('a run of another rank or of all weights says what to set', async () => {
  const model = await loadTinyModel();
  const { adapter } = await store.add('adapter', await given());
  const opened = await store.open(adapter.adapterName, model.config);
  for (const changes of [{ adaptation: 'full' }, { adaptation: 'lora', loraRank: 8, loraAlpha: 8 }] as const) {
    await expect(initialParameters({ ...defaultRunConfig(), ...changes }, model, opened)).rejects.toThrow(
      /"LoRA rank" to 4 and "LoRA alpha" to 8/,
    );
  }
});

test('what is no adapter, or belongs to another base, is refused and leaves nothing', async () => {
  const files = await given();
  await expect(store.add('x', new Map([...files].slice(0, 1)))).rejects.toThrow(/adapter_model.safetensors/);
  await expect(store.add('x', new Map([...files].map(([name]) => [name, new Blob(['{}'])])))).rejects.toThrow();
  expect(await readdir(root)).toEqual([]);
  const { adapter } = await store.add('x', files);
  const { config } = await loadTinyModel();
  await expect(store.open(adapter.adapterName, { ...config, hiddenSize: 8 })).rejects.toThrow();
  await expect(store.open('gone@0123456789ab', config)).rejects.toThrow(/does not keep the adapter/);
});

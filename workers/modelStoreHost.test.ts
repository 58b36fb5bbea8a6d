import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readFixture } from '../tests/fixtureFiles.ts';
import { FaultServer } from '../tests/models/faultServer.ts';
import { memoryFiles } from '../tests/models/memoryFiles.ts';
import { ModelStoreHost } from './modelStoreHost.ts';
import { ModelCommand, ModelMessage, type ModelRequest } from './modelStoreProtocol.ts';

vi.setConfig({ testTimeout: 60_000 });

const NAMES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];
let server: FaultServer;
let mirror: string;
let told: ModelMessage[];
let host: ModelStoreHost;

beforeEach(async () => {
  const files = NAMES.map(async (name) => [name, await bytesOf(`tiny-llama/${name}`)] as const);
  server = new FaultServer(new Map(await Promise.all(files)));
  mirror = await server.start();
  told = [];
  host = new ModelStoreHost(
    { files: memoryFiles(), adapterFiles: memoryFiles(), storage: { estimate: async () => ({}) }, fetch },
    (message) => told.push(ModelMessage.parse(message)), // everything that is said can be read
  );
});
afterEach(() => server.stop());

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from((await readFixture(path)) ?? []);
}

const add = (request: ModelRequest) => host.obey(ModelCommand.parse({ kind: 'model.add', request }));
const fromHub = (hosts: readonly string[], token: string | null = null): ModelRequest => ({
  kind: 'hub',
  mirror,
  id: 'someone/tiny',
  revision: 'main',
  access: { hosts: [...hosts], token },
});
const here = () => new URL(mirror).host;
const listed = () => told.findLast((message) => message.kind === 'models.listed');
const failure = () => told.findLast((message) => message.kind === 'model.failed')?.failure.code;

test('a host that nobody has allowed is not asked', async () => {
  await add(fromHub(['huggingface.co']));
  expect(failure()).toBe('host-not-allowed');
  expect(server.asked).toEqual([]);
});

test('a model arrives with its progress, its needs by precision, and the token in the header of its own host alone', async () => {
  await add(fromHub([here()], 'hf_secret'));
  expect(told.map(({ kind }) => kind).at(-2)).toBe('model.added');
  const [kept] = listed()?.kept ?? [];
  expect(kept?.model.label).toBe('tiny');
  expect(kept && kept.memoryBytes.f32 > kept.memoryBytes.int8).toBe(true);
  expect(kept?.largestBufferBytes.f32).toBeGreaterThan(0);
  expect(server.asked.every(({ authorization }) => authorization === 'Bearer hf_secret')).toBe(true);
  expect(JSON.stringify(told)).not.toContain('hf_secret');

  await host.obey({ kind: 'model.remove', folder: kept?.folder ?? '' });
  expect(listed()?.kept).toEqual([]);
});

test('one at a time; what is cancelled is unfinished, and goes on', async () => {
  server.faults.set('model.safetensors', [{ kind: 'stall' }]);
  const adding = add(fromHub([here()]));
  await vi.waitFor(() => expect(server.asked.some(({ path }) => path.endsWith('model.safetensors'))).toBe(true));
  await add(fromHub([here()]));
  expect(failure()).toBe('model-busy');
  await host.obey({ kind: 'model.cancel' });
  await adding;
  expect(failure()).toBe('cancelled');
  const [unfinished] = listed()?.unfinished ?? [];
  await add({ kind: 'unfinished', folder: unfinished?.folder ?? '', access: { hosts: [here()], token: null } });
  expect(listed()).toMatchObject({ kept: [{ model: { label: 'tiny' } }], unfinished: [] });
});

test('an adapter among the files is kept as one', async () => {
  const names = ['adapter_config.json', 'adapter_model.safetensors'];
  const files = names.map(async (name) => new File([await bytesOf(`tiny-llama/adapter/${name}`)], name));
  await add({ kind: 'files', label: 'mine', files: await Promise.all(files) });
  expect(listed()?.adapters).toMatchObject([{ adapter: { label: 'mine', rank: 4 } }]);
});

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readFixture } from '../../../tests/fixtureFiles.ts';
import { directoryFiles } from '../../../tests/models/directoryFiles.ts';
import { FaultServer, hashOf } from '../../../tests/models/faultServer.ts';
import { AppError } from '../../base/errors.ts';
import { systemTimer, type Timer } from '../../base/timer.ts';
import { readTensors } from '../../policy/formats/tensorSource.ts';
import { ModelStore, type AddingPorts, type Arrived, type ModelSender } from './modelStore.ts';
import { planDropped, planHub, planUrl } from './plans.ts';
import type { ModelPlan } from './storedModel.ts';

/** Sockets and files wait for each other while other suites have the cores. */
vi.setConfig({ testTimeout: 60_000 });

const SHARD = 'model-00002-of-00003.safetensors';
const NAMES = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'generation_config.json',
  'model.safetensors.index.json',
  'model-00001-of-00003.safetensors',
  SHARD,
  'model-00003-of-00003.safetensors',
];

let folder: string;
let server: FaultServer;
let mirror: string;
let waited: number[];
/** Waits are counted, not waited for. */
const hasty: Timer = {
  ...systemTimer,
  after: (milliseconds, callback) => {
    waited.push(milliseconds);
    return systemTimer.after(0, callback);
  },
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-models-'));
  const files = NAMES.map(
    async (name) => [name, (await readFixture(`tiny-qwen2/${name}`)) ?? new Uint8Array()] as const,
  );
  server = new FaultServer(new Map(await Promise.all(files)));
  mirror = await server.start();
  waited = [];
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const network: ModelSender = { kind: 'network', fetch };
const ports = (changes: Partial<AddingPorts> = {}): AddingPorts => ({
  storage: { estimate: async () => ({ quota: 1e9, usage: 0 }) },
  timer: hasty,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...changes,
});
const hubPlan = () => planHub({ mirror, id: 'someone/tiny.model', revision: 'main' }, fetch, ports().signal);
const sizeOf = (name: string) => server.files.get(name)?.length ?? NaN;
const askedFor = (name: string) => server.asked.filter(({ path }) => path.endsWith(`/${name}`));

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code;
    throw thrown;
  }
  return 'no error';
}

describe('from the Hub', () => {
  test('a sharded model arrives with every byte, pinned to its commit, and can be read', async () => {
    const store = new ModelStore(directoryFiles(folder));
    const seen: Arrived[] = [];
    const plan = await hubPlan();
    expect(plan).toMatchObject({ licence: 'apache-2.0', origin: { revision: 'c0ffee'.padEnd(40, '0') } });
    const { model } = await store.add(plan, network, ports({ onProgress: (arrived) => seen.push(arrived) }));
    expect(model.modelName).toMatch(/^tiny\.model@[0-9a-f]{12}$/);
    expect(model.files.map(({ name, sha256 }) => [name, sha256])).toEqual(
      NAMES.map((name) => [name, hashOf(server.files.get(name) ?? new Uint8Array())]),
    );
    expect(model.sizeBytes).toBe(NAMES.reduce((sum, name) => sum + sizeOf(name), 0));
    expect(seen.at(-1)).toMatchObject({ doneBytes: model.sizeBytes, totalBytes: model.sizeBytes });

    const opened = await store.open(model.modelName);
    let numbers = 0;
    for await (const [, { data }] of readTensors(opened.tensors, opened.config)) numbers += data.length;
    expect(numbers).toBe(model.parameterCount);
    expect(server.asked.every(({ path }) => path.includes('someone/tiny.model'))).toBe(true);
    expect((await store.list()).map((listed) => listed.model)).toEqual([model]);
    expect(await store.unfinished()).toEqual([]);
  });

  test('a mirror without descriptions is asked for one file after the other', async () => {
    server.hasApi = false;
    const plan = await hubPlan();
    expect(plan.files.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual(
      NAMES.map((name) => [name, sizeOf(name)]),
    );
    expect(plan.files.every(({ version }) => version !== null)).toBe(true);
    const { model } = await new ModelStore(directoryFiles(folder)).add(plan, network, ports());
    expect(model.files.find(({ name }) => name === SHARD)?.sha256).toBe(
      hashOf(server.files.get(SHARD) ?? new Uint8Array()),
    );
  });

  test('names that are none, and addresses that say too much, are refused before anything is asked', async () => {
    const { signal } = ports();
    for (const id of ['tiny', '../etc/passwd', 'a/b/c', 'a/..', 'a b/c', '']) {
      expect(await codeOf(planHub({ mirror, id, revision: 'main' }, fetch, signal)), id).toBe('hub-model-name');
    }
    expect(await codeOf(planHub({ mirror, id: 'a/b', revision: 'x/../../y' }, fetch, signal))).toBe('hub-model-name');
    for (const url of [
      'nothing',
      'ftp://a/b',
      'http://example.org/m/',
      'https://me:secret@a.b/m/',
      'https://a.b/m/?t=1',
    ]) {
      expect(await codeOf(planUrl(url, fetch, signal)), url).toBe('model-address');
    }
    expect(server.asked).toEqual([]);
  });
});

describe('faults of the network', () => {
  test('what was cut goes on where it stopped, by range requests, without a second start', async () => {
    server.faults.set(SHARD, [
      { kind: 'cut', afterBytes: 1000 },
      { kind: 'cut', afterBytes: 500 },
      { kind: 'status', status: 503, headers: { 'retry-after': '2' } },
    ]);
    const { model } = await new ModelStore(directoryFiles(folder)).add(await hubPlan(), network, ports());
    expect(askedFor(SHARD).map(({ range }) => range)).toEqual([null, 'bytes=1000-', 'bytes=1500-', 'bytes=1500-']);
    expect(waited.some((milliseconds) => milliseconds >= 2000)).toBe(true);
    expect(model.files.map(({ name }) => name)).toEqual(NAMES);
  });

  test('a connection that brings nothing five times in a row gives up; nothing is listed; a later attempt goes on', async () => {
    const store = new ModelStore(directoryFiles(folder));
    server.faults.set(SHARD, [
      { kind: 'cut', afterBytes: 1000 },
      ...Array.from({ length: 5 }, () => ({ kind: 'cut', afterBytes: 0 }) as const),
    ]);
    const plan = await hubPlan();
    expect(await codeOf(store.add(plan, network, ports()))).toBe('model-download');
    expect(await store.list()).toEqual([]);
    const [unfinished] = await store.unfinished();
    expect(unfinished?.plan).toEqual(plan);
    server.asked.length = 0;
    await store.add(plan, network, ports());
    expect(server.asked[0]).toMatchObject({ path: expect.stringContaining(SHARD), range: 'bytes=1000-' });
    expect(await store.list()).toHaveLength(1);
  });

  test('a server that ignores ranges sends it all again, and that is what counts', async () => {
    server.faults.set(SHARD, [{ kind: 'cut', afterBytes: 1000 }, { kind: 'ignore-range' }]);
    const { model } = await new ModelStore(directoryFiles(folder)).add(await hubPlan(), network, ports());
    expect(model.files.find(({ name }) => name === SHARD)?.sizeBytes).toBe(sizeOf(SHARD));
  });

  test('416: the file of the server is another; with a promised hash it is fetched anew', async () => {
    server.faults.set(SHARD, [
      { kind: 'cut', afterBytes: 1000 },
      { kind: 'status', status: 416, headers: { 'content-range': 'bytes */900' } },
    ]);
    await new ModelStore(directoryFiles(folder)).add(await hubPlan(), network, ports());
    expect(askedFor(SHARD).map(({ range }) => range)).toEqual([null, 'bytes=1000-', null]);
  });

  test('416 without a promised hash, and another version of a file, are not patched together', async () => {
    server.hasApi = false;
    const plan = await hubPlan();
    server.faults.set(SHARD, [
      { kind: 'cut', afterBytes: 1000 },
      { kind: 'status', status: 416, headers: { 'content-range': 'bytes */900' } },
      { kind: 'cut', afterBytes: 1000 },
    ]);
    const store = new ModelStore(directoryFiles(folder));
    expect(await codeOf(store.add(plan, network, ports()))).toBe('model-changed');
    const changed = Uint8Array.from(server.files.get(SHARD) ?? []);
    changed[changed.length - 1] = 7;
    server.files.set(SHARD, changed);
    expect(await codeOf(store.add(plan, network, ports()))).toBe('model-changed');
    expect(await store.list()).toEqual([]);
  });

  test('403 says what to do, is not asked again, and keeps what has arrived', async () => {
    server.faults.set(SHARD, [{ kind: 'status', status: 403 }]);
    const store = new ModelStore(directoryFiles(folder));
    await expect(store.add(await hubPlan(), network, ports())).rejects.toThrow(/access token/);
    expect(askedFor(SHARD)).toHaveLength(1);
    expect((await store.unfinished())[0]?.doneBytes).toBeGreaterThan(sizeOf('config.json'));
  });

  test('a wrong hash throws that file away, and the next attempt brings it', async () => {
    server.faults.set(SHARD, [{ kind: 'flip' }]);
    const store = new ModelStore(directoryFiles(folder));
    const plan = await hubPlan();
    expect(await codeOf(store.add(plan, network, ports()))).toBe('model-hash');
    expect(await store.list()).toEqual([]);
    await store.add(plan, network, ports());
    expect(askedFor(SHARD).map(({ range }) => range)).toEqual([null, null]);
  });

  test('nobody there: the address is named, not a stack', async () => {
    const gone = new FaultServer(new Map());
    const address = await gone.start();
    await gone.stop();
    await expect(planHub({ mirror: address, id: 'a/b', revision: 'main' }, fetch, ports().signal)).rejects.toThrow(
      /127\.0\.0\.1:\d+ could not be reached/,
    );
  });

  test('a cancelled download stops at once and can go on', async () => {
    server.faults.set(SHARD, [{ kind: 'stall' }]);
    const store = new ModelStore(directoryFiles(folder));
    const plan = await hubPlan();
    const cancel = new AbortController();
    const adding = store.add(plan, network, ports({ signal: cancel.signal }));
    setTimeout(() => cancel.abort(new AppError('cancelled', { what: 'a', why: 'b', fix: 'c' })), 100);
    expect(await codeOf(adding)).toBe('cancelled');
    expect(await store.list()).toEqual([]);
    await store.add(plan, network, ports());
    expect(await store.list()).toHaveLength(1);
  });
});

describe('room', () => {
  test('too little is said before the first byte is asked for', async () => {
    const plan = await hubPlan();
    server.asked.length = 0;
    const full = { estimate: async () => ({ quota: 20_000, usage: 15_000 }) };
    const store = new ModelStore(directoryFiles(folder));
    await expect(store.add(plan, network, ports({ storage: full }))).rejects.toThrow(/Delete other models/);
    expect(server.asked).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a disk that is full in the middle keeps what there is; what is there already needs no room', async () => {
    let left = 26_000;
    const files = directoryFiles(folder, (bytes) => {
      left -= bytes;
      if (left < 0) throw new DOMException('full', 'QuotaExceededError');
    });
    const plan = await hubPlan();
    expect(await codeOf(new ModelStore(files).add(plan, network, ports()))).toBe('storage-full');
    const store = new ModelStore(directoryFiles(folder));
    const doneBytes = (await store.unfinished())[0]?.doneBytes ?? 0;
    expect(doneBytes).toBeGreaterThan(15_000);
    const total = plan.files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
    const just = { estimate: async () => ({ quota: total - doneBytes, usage: 0 }) };
    await store.add(plan, network, ports({ storage: just }));
    expect(await store.list()).toHaveLength(1);
  });
});

describe('models that cannot be used', () => {
  test('another architecture is refused before its weights are fetched, and leaves nothing', async () => {
    const config = JSON.parse(new TextDecoder().decode(server.files.get('config.json')));
    server.files.set('config.json', new TextEncoder().encode(JSON.stringify({ ...config, model_type: 'gemma3_text' })));
    const store = new ModelStore(directoryFiles(folder));
    await expect(store.add(await hubPlan(), network, ports())).rejects.toThrow(/architecture is "gemma3_text"/);
    expect(askedFor(SHARD)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('weights that do not belong to the config are never listed', async () => {
    server.files.set(SHARD, server.files.get('model-00001-of-00003.safetensors') ?? new Uint8Array());
    const store = new ModelStore(directoryFiles(folder));
    expect(await codeOf(store.add(await hubPlan(), network, ports()))).toBe('model-tensors');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('from this machine', () => {
  const dropped = () => new Map([...server.files].map(([name, bytes]) => [name, new Blob([Uint8Array.from(bytes)])]));

  test('the same files have the same name, wherever they come from', async () => {
    const store = new ModelStore(directoryFiles(folder));
    const files = dropped();
    const local = await store.add(await planDropped('tiny.model', files), { kind: 'files', files }, ports());
    const fetched = await store.add(await hubPlan(), network, ports());
    expect(fetched.model.modelName).toBe(local.model.modelName);
    expect(fetched.folder).not.toBe(local.folder);
  });

  test('what is interrupted leaves nothing: the files are there to be chosen again', async () => {
    const files = dropped();
    const plan = await planDropped('tiny', files);
    files.delete(SHARD);
    const store = new ModelStore(directoryFiles(folder));
    expect(await codeOf(store.add(plan, { kind: 'files', files }, ports()))).toBe('model-download');
    expect(await readdir(folder)).toEqual([]);
  });

  test('a GGUF file by URL and from a folder', async () => {
    const bytes = (await readFixture('gguf/llama.gguf')) ?? new Uint8Array();
    server.files.set('llama.gguf', bytes);
    const store = new ModelStore(directoryFiles(folder));
    const plan = await planUrl(`${mirror}/somewhere/llama.gguf`, fetch, ports().signal);
    expect(plan).toMatchObject({ label: 'llama', files: [{ name: 'llama.gguf', sizeBytes: bytes.length }] });
    const { model } = await store.add(plan, network, ports());
    const files = new Map([['llama.gguf', new Blob([Uint8Array.from(bytes)])]]);
    const local = await store.add(await planDropped('x', files), { kind: 'files', files }, ports());
    expect(local.model.modelName).toBe(model.modelName);
    expect((await store.open(model.modelName)).config).toEqual(model.config);
  });
});

describe('keeping', () => {
  test('a crash anywhere before the manifest leaves no model; half a manifest is none; deleting takes the manifest first', async () => {
    const files = directoryFiles(folder);
    const store = new ModelStore(files);
    const { folder: own, model } = await store.add(await hubPlan(), network, ports());
    await writeFile(join(folder, own, 'manifest.json'), JSON.stringify(model).slice(0, 100));
    expect(await store.list()).toEqual([]);
    expect(await store.unfinished()).toHaveLength(1);
    await expect(store.open(model.modelName)).rejects.toThrow(/does not keep the model/);
    await store.remove(own);
    expect(await readdir(folder)).toEqual([]);
  });

  test('what has no plan is swept', async () => {
    await directoryFiles(folder)
      .append('orphan', 'weights')
      .then((file) => file.close());
    expect(await new ModelStore(directoryFiles(folder)).unfinished()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a token goes into headers and nowhere else', async () => {
    const signed = (url: URL, options: RequestInit) =>
      fetch(url, { ...options, headers: { ...options.headers, authorization: 'Bearer hf_secret' } });
    const plan: ModelPlan = await planHub({ mirror, id: 'a/b', revision: 'main' }, signed, ports().signal);
    const store = new ModelStore(directoryFiles(folder));
    const { folder: own } = await store.add(plan, { kind: 'network', fetch: signed }, ports());
    expect(server.asked.every(({ authorization }) => authorization === 'Bearer hf_secret')).toBe(true);
    for (const name of await readdir(join(folder, own))) {
      const bytes = await directoryFiles(folder).open(own, name);
      expect(new TextDecoder().decode(await bytes?.read(0, bytes.sizeBytes))).not.toContain('hf_secret');
    }
  });
});

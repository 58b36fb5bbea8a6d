import { downloadZip } from 'client-zip';
import { beforeAll, describe, expect, test } from 'vitest';
import { readFixture } from '../../../tests/fixtureFiles.ts';
import { memoryFiles } from '../../../tests/models/memoryFiles.ts';
import { mutateBytes, mutateJson } from '../../../tests/mutate.ts';
import { AppError } from '../../base/errors.ts';
import { RandomStream } from '../../base/random.ts';
import { systemTimer } from '../../base/timer.ts';
import { readerOfBytes, type RangeReader } from '../../policy/formats/fileSource.ts';
import { openGguf } from '../../policy/formats/gguf/read.ts';
import { describeModel } from '../../policy/formats/huggingFace.ts';
import { readSafetensorsHeader } from '../../policy/formats/safetensors.ts';
import { readTensors } from '../../policy/formats/tensorSource.ts';
import { readZipDirectory, readZipEntry } from '../bundle/readZip.ts';
import { ModelStore } from './modelStore.ts';
import { planDropped } from './plans.ts';

const MUTANTS = 10_000;
/** Of files that are read to their end: a tokenizer is made, a chat template run. */
const WHOLE_MUTANTS = 2500;
const MEBIBYTE = 2 ** 20;
const FOLDER = 'tiny-llama';
const KEPT = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json'];

let files: Map<string, Uint8Array>;
let gguf: Uint8Array;

beforeAll(async () => {
  const named = [...KEPT, 'model.safetensors'].map(async (name) => [name, await fixture(`${FOLDER}/${name}`)] as const);
  files = new Map(await Promise.all(named));
  gguf = await fixture('gguf/llama.gguf');
});

async function fixture(path: string): Promise<Uint8Array> {
  const bytes = await readFixture(path);
  if (!bytes) throw new Error(`no fixture ${path}`);
  return bytes;
}

/** A file that fails the test when more of it is asked for than there is, so that nobody can allocate more either. */
function guarded(bytes: Uint8Array): RangeReader {
  const file = readerOfBytes(bytes);
  return {
    ...file,
    read: async (begin, end) => {
      if (!(begin >= 0 && begin <= end && end <= bytes.length))
        throw new Error(`bytes ${begin} to ${end} were asked for`);
      return file.read(begin, end);
    },
  };
}

/** Runs `work` on every mutant: whatever is wrong with it is said as an AppError, and memory stays small. */
async function survives(
  name: string,
  mutants: number,
  work: (random: RandomStream) => unknown,
): Promise<{ readonly accepted: number }> {
  let accepted = 0;
  for (let index = 0; index < mutants; index++) {
    const before = process.memoryUsage().arrayBuffers;
    try {
      await work(new RandomStream(index, 'fuzz', name));
      accepted += 1;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw new Error(`mutant ${index} of ${name}`, { cause: thrown });
    }
    const grown = process.memoryUsage().arrayBuffers - before;
    expect(grown, `memory after mutant ${index} of ${name}`).toBeLessThan(64 * MEBIBYTE);
  }
  return { accepted };
}

/** A file with this header, whose length field is right. */
function withHeader(header: unknown, data: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

describe('damaged and forged files are refused in words', () => {
  test('headers of safetensors', async () => {
    const bytes = files.get('model.safetensors') ?? new Uint8Array();
    const headerEnd = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, headerEnd)));
    const data = bytes.subarray(headerEnd);
    const { accepted } = await survives('safetensors', MUTANTS, async (random) => {
      const isStructural = random.index(2) === 0;
      const mutant = isStructural
        ? withHeader(mutateJson(header, random), data)
        : Buffer.concat([mutateBytes(bytes.subarray(0, headerEnd), random), data]);
      await readSafetensorsHeader(guarded(mutant), 'model.safetensors');
    });
    expect(accepted).toBeLessThan(MUTANTS / 4);
  }, 60_000);

  test('tokenizers, configs and templates', async () => {
    await survives('tokenizer', WHOLE_MUTANTS, (random) => {
      const name = random.pick(KEPT.slice(0, 3));
      const kept = KEPT.map((file) => {
        const bytes = files.get(file) ?? new Uint8Array();
        if (file !== name) return { name: file, bytes };
        if (random.index(4) === 0) return { name: file, bytes: mutateBytes(bytes, random) };
        const json = mutateJson(JSON.parse(new TextDecoder().decode(bytes)), random);
        return { name: file, bytes: new TextEncoder().encode(JSON.stringify(json)) };
      });
      const { tokenizer } = describeModel(kept);
      tokenizer.decode(tokenizer.encode('book 2 · naïve 12\n'));
    });
  }, 60_000);

  test('headers of GGUF', async () => {
    const { accepted } = await survives('gguf', WHOLE_MUTANTS, async (random) => {
      // The beginning, where counts and metadata are, most of the time.
      const size = random.index(4) === 0 ? gguf.length : Math.min(gguf.length, 2048);
      const mutant = Buffer.concat([mutateBytes(gguf.subarray(0, size), random), gguf.subarray(size)]);
      await openGguf(guarded(mutant));
    });
    expect(accepted).toBeLessThan(WHOLE_MUTANTS * 0.9);
  }, 120_000);

  test('zips', async () => {
    const parts = [...files].filter(([, { length }]) => length < 20_000);
    const zip = downloadZip(parts.map(([name, bytes]) => ({ name, input: Uint8Array.from(bytes) })));
    const bytes = new Uint8Array(await zip.arrayBuffer());
    await survives('zip', MUTANTS, async (random) => {
      const tail = random.index(2) === 0 ? 0 : bytes.length - 400; // the directory is at the end
      const mutant = Buffer.concat([bytes.subarray(0, tail), mutateBytes(bytes.subarray(tail), random)]);
      const file = new Blob([mutant]);
      for (const entry of (await readZipDirectory(file)).values()) {
        expect((await readZipEntry(file, entry)).length).toBeLessThanOrEqual(mutant.length);
      }
    });
  }, 120_000);
});

test('no mutant is ever half a model: what is listed can be read to its last number', async () => {
  const names = [...files.keys()];
  const store = new ModelStore(memoryFiles());
  await survives('store', 1000, async (random) => {
    const wrong = random.pick(names);
    const mutants = new Map(
      [...files].map(([name, bytes]) => {
        const damaged = name === wrong ? mutateBytes(bytes, random) : Uint8Array.from(bytes);
        return [name, new Blob([damaged])] as const;
      }),
    );
    const plan = await planDropped('mutant', mutants);
    try {
      await store.add(
        plan,
        { kind: 'files', files: mutants },
        {
          storage: { estimate: async () => ({}) },
          timer: systemTimer,
          signal: new AbortController().signal,
          onProgress: () => undefined,
        },
      );
    } finally {
      expect(await store.unfinished()).toEqual([]);
      for (const { folder, model } of await store.list()) {
        const { tensors, config } = await store.open(model.modelName);
        let numbers = 0;
        try {
          for await (const [, { data }] of readTensors(tensors, config)) numbers += data.length;
          expect(numbers).toBe(model.parameterCount);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'model-not-finite' }); // a number that no header can tell
        }
        await store.remove(folder);
      }
    }
  });
}, 120_000);

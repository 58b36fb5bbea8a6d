import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RandomStream } from '../src/base/random.ts';
import { weightShapes, type ModelConfig } from '../src/policy/modelConfig.ts';
import { elementCount } from '../src/policy/weights.ts';

/** SmolLM2-135M's exact shape: 134,515,008 parameters. */
export const REAL_SIZE: ModelConfig = {
  hiddenSize: 576,
  intermediateSize: 1536,
  layerCount: 30,
  headCount: 9,
  keyValueHeadCount: 3,
  headSize: 64,
  vocabularySize: 49_152,
  contextLength: 8192,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 100_000,
  isHeadTied: true,
};

/** Random weights as one safetensors file: in bfloat16, of standard deviation about 0.02, norms of one; written piece by piece. */
export async function writeRandomWeights(path: string): Promise<void> {
  const header: Record<string, unknown> = {};
  let at = 0;
  for (const [name, shape] of weightShapes(REAL_SIZE)) {
    const size = 2 * elementCount(shape);
    header[name] = { dtype: 'BF16', shape, data_offsets: [at, at + size] };
    at += size;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  await writeFile(path, Buffer.concat([length, json]));
  const random = new RandomStream(1, 'weights');
  const piece = Uint16Array.from({ length: 1 << 20 }, () => bfloat16(0.02 * random.normal()));
  const file = await open(path, 'a');
  for (const shape of weightShapes(REAL_SIZE).values()) {
    const size = elementCount(shape);
    const ones = shape.length === 1 ? new Uint16Array(size).fill(bfloat16(1)) : null;
    for (let left = size; left > 0; left -= piece.length) {
      const part = (ones ?? piece).subarray(0, Math.min(left, piece.length));
      await file.appendFile(new Uint8Array(part.buffer, 0, part.byteLength));
    }
  }
  await file.close();
}

/** The upper half of a float32. */
function bfloat16(value: number): number {
  return (new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0) >>> 16;
}

/**
 * A folder as the Hub has it: the weights, SmolLM2's configuration, and a byte-level tokenizer with as many entries as the
 * embedding has rows, in which every word of the games' texts is one token (as most English words are in SmolLM2's own).
 */
export async function writeRealSizeFolder(folder: string): Promise<void> {
  const shape = REAL_SIZE;
  await mkdir(folder, { recursive: true });
  const write = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
  await write('config.json', {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    attention_bias: false,
    hidden_act: 'silu',
    hidden_size: shape.hiddenSize,
    intermediate_size: shape.intermediateSize,
    max_position_embeddings: shape.contextLength,
    num_attention_heads: shape.headCount,
    num_hidden_layers: shape.layerCount,
    num_key_value_heads: shape.keyValueHeadCount,
    rms_norm_eps: shape.rmsNormEpsilon,
    rope_theta: shape.ropeTheta,
    tie_word_embeddings: shape.isHeadTied,
    torch_dtype: 'bfloat16',
    vocab_size: shape.vocabularySize,
  });
  const [tokenizer, settings, templates] = await Promise.all(
    ['tokenizers/smollm2/tokenizer.json', 'tokenizers/smollm2/tokenizer_config.json', 'chat-templates.json'].map(
      async (name) => JSON.parse(await readFile(join('tests/fixtures', name), 'utf8')),
    ),
  );
  await write('tokenizer.json', await filledTokenizer(tokenizer));
  await write('tokenizer_config.json', { ...settings, chat_template: templates.templates[0].template });
  await writeRandomWeights(join(folder, 'model.safetensors'));
}

/** A BPE tokenizer file as far as it is changed here. */
interface TokenizerFile {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

async function filledTokenizer(file: TokenizerFile): Promise<TokenizerFile> {
  const sources = (await readdir('src', { recursive: true })).filter((path) => path.endsWith('.ts')).sort();
  const texts = await Promise.all(sources.map((path) => readFile(join('src', path), 'utf8')));
  const words = new Set(texts.flatMap((text) => text.match(/[A-Za-z]+/g) ?? []).flatMap((word) => [word, `Ġ${word}`]));
  const vocab: Record<string, number> = { ...file.model.vocab };
  const taken = new Set(file.added_tokens.map(({ id }) => id));
  const size = REAL_SIZE.vocabularySize;
  const fresh = [...words].filter((word) => !(word in vocab));
  for (let id = 0, next = 0; id < size; id++) {
    if (taken.has(id) || id < Object.keys(file.model.vocab).length) continue;
    vocab[fresh[next++] ?? `unused${id}`] = id;
  }
  return { ...file, model: { ...file.model, ignore_merges: true, vocab } as TokenizerFile['model'] };
}

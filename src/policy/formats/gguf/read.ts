import { z } from 'zod';
import { weightShapes, type ModelConfig } from '../../modelConfig.ts';
import { rotaryFrequencies } from '../../rotary.ts';
import type { HostTensor } from '../../weights.ts';
import type { NamedFile, RangeReader } from '../fileSource.ts';
import { openModel, type OpenedCheckpoint } from '../huggingFace.ts';
import { HuggingFaceConfig, modelConfigFrom } from '../huggingFaceConfig.ts';
import { jsonBytes } from '../json.ts';
import type { TensorSource } from '../tensorSource.ts';
import type { BlockType } from './blocks.ts';
import { damaged, unsupported } from './errors.ts';
import { readGgufHeader, type GgufHeader } from './header.ts';
import { ggufName, permutedHeads, permuteRows } from './names.ts';
import { tokenizerFileOf, type GgufVocabulary } from './vocabulary.ts';

const MODEL_TYPES: Readonly<Partial<Record<string, string>>> = { llama: 'llama', qwen2: 'qwen2', qwen3: 'qwen3' };

const Tokens = z.object({
  model: z.enum(['gpt2', 'llama']),
  pre: z.string().default('default'),
  tokens: z.array(z.string()),
  token_type: z.array(z.int()),
  merges: z.array(z.string()).default([]),
  scores: z.array(z.number()).default([]),
  bos_token_id: z.int().min(0).optional(),
  eos_token_id: z.int().min(0).optional(),
  padding_token_id: z.int().min(0).optional(),
  unknown_token_id: z.int().min(0).optional(),
  add_bos_token: z.boolean().optional(),
});

/**
 * Opens a GGUF file as the Hugging Face folder that it stands for: config, tokenizer and chat template come from its metadata,
 * weights are turned back into their names, order of rows and numbers.
 *
 * @throws AppError `gguf-damaged`, `gguf-unsupported`, and those of `openCheckpoint`
 */
export async function openGguf(file: RangeReader): Promise<OpenedCheckpoint> {
  const header = await readGgufHeader(file);
  const rawConfig = await rawConfigOf(header, file);
  const config = modelConfigFrom(rawConfig.parsed);
  return openModel(keptFilesOf(header, rawConfig.json), sourceOf(file, header, config));
}

/** Tensors of the file under Hugging Face's names; what is not a weight keeps its own name, and is noticed there. */
function sourceOf(file: RangeReader, { tensors }: GgufHeader, config: ModelConfig): TensorSource {
  const names = new Map([...weightShapes(config).keys()].map((name) => [ggufName(name), name]));
  const stored = new Map(
    [...tensors].flatMap(([name, tensor]) => (name === FACTORS ? [] : [[names.get(name) ?? name, tensor] as const])),
  );
  return {
    shapes: new Map([...stored].map(([name, { shape }]) => [name, shape])),
    async read(name): Promise<HostTensor> {
      const tensor = stored.get(name);
      if (!tensor) throw new Error(`there is no tensor named ${name}`);
      const { shape, type, begin, end } = tensor;
      const data = await readBlocks(file, type, begin, end);
      const heads = permutedHeads(name, config);
      return { shape, data: heads === null ? data : permuteRows(data, heads, shape[1] ?? 1, 'huggingFace') };
    },
  };
}

/** Blocks that are read at a time: two copies of a large tensor are too much for a host. */
const BLOCKS_AT_A_TIME = 1 << 16;

async function readBlocks(file: RangeReader, type: BlockType, begin: number, end: number): Promise<Float32Array> {
  const pieceBytes = BLOCKS_AT_A_TIME * type.bytes;
  if (end - begin <= pieceBytes) return type.decode(await file.read(begin, end));
  const data = new Float32Array(((end - begin) / type.bytes) * type.numbers);
  for (let at = begin; at < end; at += pieceBytes) {
    const piece = type.decode(await file.read(at, Math.min(at + pieceBytes, end)));
    data.set(piece, ((at - begin) / type.bytes) * type.numbers);
  }
  return data;
}

const FACTORS = 'rope_freqs.weight';

async function rawConfigOf(header: GgufHeader, file: RangeReader) {
  const { metadata, tensors } = header;
  const architecture = String(metadata.get('general.architecture'));
  const own = (key: string) => metadata.get(`${architecture}.${key}`);
  const heads = own('attention.head_count');
  const Scaling = z.union([z.undefined(), z.literal('none')]);
  if (!Scaling.safeParse(own('rope.scaling.type')).success) {
    throw unsupported(`It scales its rotary positions ("${String(own('rope.scaling.type'))}").`, OTHER_MODEL);
  }
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const theta = shortest(own('rope.freq_base') ?? 10_000);
  const json = {
    model_type: MODEL_TYPES[architecture] ?? architecture,
    hidden_size: own('embedding_length'),
    intermediate_size: own('feed_forward_length'),
    num_hidden_layers: own('block_count'),
    num_attention_heads: heads,
    num_key_value_heads: own('attention.head_count_kv') ?? heads,
    head_dim: own('attention.key_length') ?? own('rope.dimension_count'),
    vocab_size: tensors.get('token_embd.weight')?.shape[0] ?? (Array.isArray(tokens) ? tokens.length : undefined),
    max_position_embeddings: own('context_length'),
    rms_norm_eps: shortest(own('attention.layer_norm_rms_epsilon')),
    rope_theta: theta,
    rope_scaling: await ropeScalingOf(header, file, theta),
    hidden_act: 'silu',
    tie_word_embeddings: !tensors.has('output.weight'),
    bos_token_id: metadata.get('tokenizer.ggml.bos_token_id'),
    eos_token_id: metadata.get('tokenizer.ggml.eos_token_id'),
  };
  const parsed = HuggingFaceConfig.safeParse(json);
  if (!parsed.success) throw damaged(`Its metadata are incomplete: ${z.prettifyError(parsed.error)}`);
  return { json, parsed: parsed.data };
}

/** A float32 as the decimal that was meant: 1e-5, not 9.99999974e-6. */
function shortest(value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(7)) : value;
}

/**
 * llama.cpp keeps what each frequency is divided by, not the rule. Llama 3's published models share all but the first number of
 * theirs; factors that this rule does not give back are refused.
 */
async function ropeScalingOf({ tensors }: GgufHeader, file: RangeReader, theta: unknown) {
  const stored = tensors.get(FACTORS);
  if (!stored) return undefined;
  const factors = stored.type.decode(await file.read(stored.begin, stored.end));
  const plain = { headSize: factors.length * 2, ropeTheta: typeof theta === 'number' ? theta : NaN };
  const rule = { ...LLAMA3_RULE, factor: Math.max(...factors) };
  const scaled = rotaryFrequencies({ ...plain, ropeScaling: rule });
  const isSame = rotaryFrequencies(plain).every((frequency, pair) => {
    const expected = frequency / (scaled[pair] ?? NaN);
    return Math.abs((factors[pair] ?? NaN) / expected - 1) < 1e-3;
  });
  if (!isSame) throw unsupported('Its rotary positions are scaled in a way that is not Llama 3’s.', OTHER_MODEL);
  return {
    rope_type: 'llama3',
    factor: rule.factor,
    low_freq_factor: rule.lowFrequencyFactor,
    high_freq_factor: rule.highFrequencyFactor,
    original_max_position_embeddings: rule.originalContextLength,
  };
}

const LLAMA3_RULE = { lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8192 };

const OTHER_MODEL = 'Choose the safetensors of the same model, or a model of the Llama, Qwen2 or Qwen3 family.';

function keptFilesOf({ metadata }: GgufHeader, config: object): NamedFile[] {
  const prefix = 'tokenizer.ggml.';
  const own = [...metadata].flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  );
  const parsed = Tokens.safeParse(Object.fromEntries(own));
  if (!parsed.success) throw unsupported(`Its tokenizer cannot be read: ${z.prettifyError(parsed.error)}`, OTHER_MODEL);
  const {
    tokens,
    token_type: types,
    bos_token_id: bos,
    eos_token_id: eos,
    padding_token_id: pad,
    ...rest
  } = parsed.data;
  if (types.length !== tokens.length)
    throw damaged(`It has ${tokens.length} tokens and ${types.length} kinds of them.`);
  const vocabulary: GgufVocabulary = { ...rest, tokens, types };
  const text = (id: number | undefined) => (id === undefined ? undefined : tokens[id]);
  const tokenizerConfig = {
    bos_token: text(bos),
    eos_token: text(eos),
    pad_token: text(pad),
    unk_token: text(rest.unknown_token_id),
    add_bos_token: rest.add_bos_token,
    clean_up_tokenization_spaces: false,
    chat_template: metadata.get('tokenizer.chat_template'),
  };
  return [
    { name: 'config.json', bytes: jsonBytes(config) },
    { name: 'tokenizer.json', bytes: jsonBytes(tokenizerFileOf(vocabulary)) },
    { name: 'tokenizer_config.json', bytes: jsonBytes(tokenizerConfig) },
    { name: 'generation_config.json', bytes: jsonBytes({ bos_token_id: bos, eos_token_id: eos, pad_token_id: pad }) },
  ];
}

import { weightShapes, type ModelConfig } from '../../modelConfig.ts';
import { rotaryFrequencies } from '../../rotary.ts';
import { elementCount } from '../../weights.ts';
import type { GenerationConfig } from '../huggingFace.ts';
import type { TensorSource } from '../tensorSource.ts';
import { WRITERS, type WrittenType } from './blocks.ts';
import { ARRAY, STRING } from './header.ts';
import { architectureOf, ggufName, permutedHeads, permuteRows } from './names.ts';
import type { GgufVocabulary } from './vocabulary.ts';

/** A model to be written for llama.cpp and its kin. */
export interface GgufModel {
  readonly name: string;
  readonly config: ModelConfig;
  readonly tensors: TensorSource;
  readonly vocabulary: GgufVocabulary;
  readonly generation: GenerationConfig;
  readonly addsBos: boolean;
  readonly chatTemplate: string | null;
}

/** A file that is made while it is written: the host holds one tensor of it at a time. */
export interface GgufFile {
  readonly sizeBytes: number;
  chunks(): AsyncGenerator<Uint8Array>;
}

const ALIGNMENT = 32;
const U32 = 4;
const I32 = 5;
const F32 = 6;
const BOOL = 7;

/** @param precision of the matrices; vectors are float32, and a matrix whose rows blocks do not divide has 16 bits */
export function createGguf(model: GgufModel, precision: 'f16' | 'q8_0'): GgufFile {
  const planned = [...weightShapes(model.config)].map(([name, shape]) => {
    const kind = kindOf(shape, precision);
    return {
      name,
      ggufName: ggufName(name),
      shape,
      kind,
      bytes: bytesOf(shape, kind),
      data: () => numbersOf(model, name),
    };
  });
  const factors = rotaryFactors(model.config);
  if (factors) {
    const shape = [factors.length];
    const place = { name: 'rope_freqs.weight', ggufName: 'rope_freqs.weight', shape, kind: 'f32' } as const;
    planned.push({ ...place, bytes: bytesOf(shape, 'f32'), data: async () => factors });
  }
  const header = new ByteWriter();
  header.u32(0x46554747);
  header.u32(3);
  header.u64(planned.length);
  const entries = metadataOf(model, precision);
  header.u64(entries.length);
  for (const write of entries) write(header);
  let offset = 0;
  for (const { ggufName: name, shape, kind, bytes } of planned) {
    header.string(name);
    header.u32(shape.length);
    for (const size of [...shape].reverse()) header.u64(size);
    header.u32(WRITERS[kind].type);
    header.u64(offset);
    offset += aligned(bytes);
  }
  header.pad(aligned(header.length) - header.length);
  return {
    sizeBytes: header.length + offset,
    async *chunks() {
      yield* header.parts;
      for (const { kind, bytes, data } of planned) {
        const file = new Uint8Array(aligned(bytes));
        file.set(WRITERS[kind].bytesOf(await data()));
        yield file;
      }
    },
  };
}

async function numbersOf({ tensors, config }: GgufModel, name: string): Promise<Float32Array> {
  const { shape, data } = await tensors.read(name);
  const heads = permutedHeads(name, config);
  return heads === null ? data : permuteRows(data, heads, shape[1] ?? 1, 'gguf');
}

function kindOf(shape: readonly number[], precision: 'f16' | 'q8_0'): WrittenType {
  const [, columns] = shape;
  if (columns === undefined) return 'f32';
  return precision === 'q8_0' && columns % 32 === 0 ? 'q8_0' : 'f16';
}

function bytesOf(shape: readonly number[], kind: WrittenType): number {
  const count = elementCount(shape);
  return kind === 'f32' ? count * 4 : kind === 'f16' ? count * 2 : (count / 32) * 34;
}

const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** What llama.cpp divides each frequency by; it has no other word for Llama 3's scaling. */
function rotaryFactors(config: ModelConfig): Float32Array | null {
  if (!config.ropeScaling) return null;
  const { headSize, ropeTheta } = config;
  const plain = rotaryFrequencies({ headSize, ropeTheta });
  const scaled = rotaryFrequencies(config);
  return Float32Array.from(plain, (frequency, pair) => frequency / (scaled[pair] ?? frequency));
}

type WriteEntry = (header: ByteWriter) => void;

/** Keys of docs/gguf.md, and llama.cpp's for the tokenizer. */
function metadataOf(
  { name, config, vocabulary, generation, addsBos, chatTemplate }: GgufModel,
  precision: 'f16' | 'q8_0',
): WriteEntry[] {
  const architecture = architectureOf(config);
  const text =
    (key: string, value: string): WriteEntry =>
    (header) =>
      header.entry(key, STRING, value);
  const count = (key: string, value: number | null | undefined): WriteEntry[] =>
    value == null ? [] : [(header) => header.entry(key, U32, value)];
  const own = (key: string, value: number) => count(`${architecture}.${key}`, value);
  const real =
    (key: string, value: number): WriteEntry =>
    (header) =>
      header.entry(`${architecture}.${key}`, F32, value);
  const list = (key: string, kind: number, values: readonly (string | number)[]): WriteEntry[] =>
    values.length === 0 ? [] : [(header) => header.list(key, kind, values)];
  return [
    text('general.architecture', architecture),
    text('general.type', 'model'),
    text('general.name', name),
    ...count('general.file_type', precision === 'f16' ? 1 : 7),
    ...count('general.quantization_version', 2),
    ...own('context_length', config.contextLength),
    ...own('embedding_length', config.hiddenSize),
    ...own('block_count', config.layerCount),
    ...own('feed_forward_length', config.intermediateSize),
    ...own('attention.head_count', config.headCount),
    ...own('attention.head_count_kv', config.keyValueHeadCount),
    ...own('attention.key_length', config.headSize),
    ...own('attention.value_length', config.headSize),
    real('attention.layer_norm_rms_epsilon', config.rmsNormEpsilon),
    ...own('rope.dimension_count', config.headSize),
    real('rope.freq_base', config.ropeTheta),
    ...own('vocab_size', config.vocabularySize),
    text('tokenizer.ggml.model', vocabulary.model),
    text('tokenizer.ggml.pre', vocabulary.pre),
    ...list('tokenizer.ggml.tokens', STRING, vocabulary.tokens),
    ...list('tokenizer.ggml.token_type', I32, vocabulary.types),
    ...list('tokenizer.ggml.merges', STRING, vocabulary.merges),
    ...list('tokenizer.ggml.scores', F32, vocabulary.scores),
    ...count('tokenizer.ggml.bos_token_id', generation.bosTokenId),
    ...count('tokenizer.ggml.eos_token_id', generation.eosTokenIds[0]),
    ...count('tokenizer.ggml.padding_token_id', generation.padTokenId),
    (header) => header.entry('tokenizer.ggml.add_bos_token', BOOL, addsBos ? 1 : 0),
    ...(chatTemplate === null ? [] : [text('tokenizer.chat_template', chatTemplate)]),
  ];
}

/** Little-endian values one after the other. */
class ByteWriter {
  readonly parts: Uint8Array[] = [];
  length = 0;

  private add(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.length += bytes.byteLength;
  }

  u32(value: number): void {
    this.add(new Uint8Array(Uint32Array.of(value).buffer));
  }

  u64(value: number): void {
    this.add(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }

  string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u64(bytes.byteLength);
    this.add(bytes);
  }

  pad(bytes: number): void {
    this.add(new Uint8Array(bytes));
  }

  entry(key: string, kind: number, value: string | number): void {
    this.string(key);
    this.u32(kind);
    this.item(kind, value);
  }

  list(key: string, kind: number, values: readonly (string | number)[]): void {
    this.string(key);
    this.u32(ARRAY);
    this.u32(kind);
    this.u64(values.length);
    for (const value of values) this.item(kind, value);
  }

  private item(kind: number, value: string | number): void {
    if (typeof value === 'string') this.string(value);
    else if (kind === F32) this.add(new Uint8Array(Float32Array.of(value).buffer));
    else if (kind === BOOL) this.add(Uint8Array.of(value));
    else this.add(new Uint8Array(Int32Array.of(value).buffer)); // the same bytes as unsigned
  }
}

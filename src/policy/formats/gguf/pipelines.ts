import { z } from 'zod';
import type { GgufVocabulary } from './vocabulary.ts';

/** How a family turns text into pieces to merge, in the words of `tokenizer.json`, and llama.cpp's name for it. */
export interface Pipeline {
  readonly model: 'gpt2' | 'llama';
  readonly pre: string;
  readonly ignoresMerges: boolean;
  readonly parts: { readonly normalizer: unknown; readonly pre_tokenizer: unknown; readonly decoder: unknown };
}

const QWEN_WORDS = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const LLAMA3_WORDS = QWEN_WORDS.replace(String.raw`|\p{N}|`, String.raw`|\p{N}{1,3}|`);

const bytes = (usesWords: boolean) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: usesWords,
});
const inTurn = (...pretokenizers: object[]) => ({ type: 'Sequence', pretokenizers });
const words = (Regex: string) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false });

const byteLevel = (
  pre: string,
  preTokenizer: object,
  normalizer: object | null = null,
  ignoresMerges = false,
): Pipeline => ({
  model: 'gpt2',
  pre,
  ignoresMerges,
  parts: { normalizer, pre_tokenizer: preTokenizer, decoder: bytes(true) },
});

const SENTENCE_PIECE: Pipeline = {
  model: 'llama',
  pre: 'default',
  ignoresMerges: false,
  parts: {
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
  },
};

/** llama.cpp's names are those of `llama_vocab_pre_type` (src/llama-vocab.cpp). */
const PIPELINES: readonly Pipeline[] = [
  byteLevel('gpt-2', bytes(true)),
  byteLevel('smollm', inTurn({ type: 'Digits', individual_digits: true }, bytes(true))),
  byteLevel('llama-bpe', inTurn(words(LLAMA3_WORDS), bytes(false)), null, true),
  byteLevel('qwen2', inTurn(words(QWEN_WORDS), bytes(false)), { type: 'NFC' }),
  SENTENCE_PIECE,
];

/** The pipeline of a `tokenizer.json`; null when it is none of these. */
export function pipelineOf(file: {
  normalizer?: unknown;
  pre_tokenizer?: unknown;
  model: { ignore_merges?: boolean | null | undefined };
}): Pipeline | null {
  const found = steps(file.normalizer, file.pre_tokenizer);
  const ignoresMerges = file.model.ignore_merges ?? false;
  return (
    PIPELINES.find(
      ({ parts, ignoresMerges: own }) =>
        steps(parts.normalizer, parts.pre_tokenizer) === found && own === ignoresMerges,
    ) ?? null
  );
}

/** The pipeline that llama.cpp calls so. */
export function pipelineNamed({ model, pre }: Pick<GgufVocabulary, 'model' | 'pre'>): Pipeline | null {
  if (model === 'llama') return SENTENCE_PIECE;
  return PIPELINES.find((pipeline) => pipeline.model === model && pipeline.pre === pre) ?? null;
}

const Step = z.looseObject({
  type: z.string(),
  pretokenizers: z.array(z.unknown()).optional(),
  normalizers: z.array(z.unknown()).optional(),
  add_prefix_space: z.boolean().optional(),
  use_regex: z.boolean().optional(),
  individual_digits: z.boolean().optional(),
  pattern: z.unknown().optional(),
  behavior: z.string().optional(),
  invert: z.boolean().optional(),
  prepend: z.string().optional(),
  content: z.string().optional(),
});

/** What two descriptions have in common that do the same: sequences are opened, and what has no effect on ids is left out. */
function steps(...parts: readonly unknown[]): string {
  return JSON.stringify(parts.map(flat));
}

function flat(part: unknown): unknown[] {
  const parsed = Step.safeParse(part);
  if (!parsed.success) return part == null ? [] : [part];
  const { type, pretokenizers, normalizers, ...rest } = parsed.data;
  if (type === 'Sequence') return (pretokenizers ?? normalizers ?? []).flatMap(flat);
  if (type === 'ByteLevel') return [[type, rest.add_prefix_space ?? true, rest.use_regex ?? true]];
  return [[type, rest.individual_digits, rest.pattern, rest.behavior, rest.invert, rest.prepend, rest.content]];
}

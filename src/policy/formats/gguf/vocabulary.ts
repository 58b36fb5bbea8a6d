import { z } from 'zod';
import { unsupported } from './errors.ts';
import { pipelineNamed, pipelineOf } from './pipelines.ts';

/** What llama.cpp knows of a token. */
export const TOKEN = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** `tokenizer.ggml.*`, as far as tokens go. */
export interface GgufVocabulary {
  /** `gpt2`: byte-level BPE. `llama`: SentencePiece's. */
  readonly model: 'gpt2' | 'llama';
  /** How text is cut before merging; of `gpt2` only. */
  readonly pre: string;
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  /** Of `gpt2`: "left right", the first to merge first. */
  readonly merges: readonly string[];
  /** Of `llama`: the highest merges first. */
  readonly scores: readonly number[];
}

const Merge = z.union([z.string(), z.tuple([z.string(), z.string()]).transform((pair) => pair.join(' '))]);
const TokenizerFile = z.looseObject({
  normalizer: z.unknown(),
  pre_tokenizer: z.unknown(),
  model: z.looseObject({
    type: z.string().optional(),
    vocab: z.record(z.string(), z.int().min(0)),
    merges: z.array(Merge),
    byte_fallback: z.boolean().nullish(),
    ignore_merges: z.boolean().nullish(),
    unk_token: z.string().nullish(),
  }),
  added_tokens: z
    .array(z.looseObject({ id: z.int().min(0), content: z.string(), special: z.boolean().default(false) }))
    .default([]),
});

const BYTE_TOKEN = /^<0x[0-9A-F]{2}>$/;

/**
 * @param file the parsed `tokenizer.json`
 * @param size rows of the embedding; what the tokenizer does not name is filled up
 * @throws AppError `gguf-unsupported` when llama.cpp has no tokenizer of this kind
 */
export function vocabularyOf(file: unknown, size: number): GgufVocabulary {
  const parsed = TokenizerFile.safeParse(file);
  const pipeline = parsed.success ? pipelineOf(parsed.data) : null;
  if (!parsed.success || !pipeline) throw foreignTokenizer();
  const { vocab, merges, unk_token: unknown } = parsed.data.model;
  const tokens = Array.from({ length: size }, (_, id) => `[PAD${id}]`);
  const types: number[] = tokens.map(() => TOKEN.unused);
  for (const [token, id] of Object.entries(vocab)) {
    tokens[id] = token;
    types[id] = pipeline.model === 'llama' && BYTE_TOKEN.test(token) ? TOKEN.byte : TOKEN.normal;
  }
  for (const { id, content, special } of parsed.data.added_tokens) {
    tokens[id] = content;
    types[id] = content === unknown ? TOKEN.unknown : special ? TOKEN.control : TOKEN.userDefined;
  }
  const { model, pre } = pipeline;
  if (model === 'gpt2') return { model, pre, tokens, types, merges, scores: [] };
  const rank = new Map<string, number>();
  merges.forEach((merge, index) => {
    const token = merge.replace(' ', '');
    if (!rank.has(token)) rank.set(token, index);
  });
  return { model, pre, tokens, types, merges: [], scores: tokens.map((token) => -(rank.get(token) ?? 0)) };
}

/** The `tokenizer.json` that reads text as llama.cpp does. @throws AppError `gguf-unsupported` for other ways of cutting text */
export function tokenizerFileOf(vocabulary: GgufVocabulary): Record<string, unknown> {
  const pipeline = pipelineNamed(vocabulary);
  if (!pipeline) {
    const { model, pre } = vocabulary;
    throw unsupported(
      `Its tokenizer is of the kind "${model}" with text cut as in "${pre}".`,
      'Put the tokenizer.json of the original model beside it, or choose the safetensors of the same model.',
    );
  }
  const { tokens, types } = vocabulary;
  const named = tokens.flatMap((token, id) => (types[id] === TOKEN.unused ? [] : [[token, id] as const]));
  const isAdded = (id: number) =>
    types[id] === TOKEN.control || types[id] === TOKEN.userDefined || types[id] === TOKEN.unknown;
  const unknown = tokens.find((_, id) => types[id] === TOKEN.unknown);
  const vocab = Object.fromEntries(named);
  return {
    version: '1.0',
    added_tokens: named.flatMap(([content, id]) => {
      if (!isAdded(id)) return [];
      const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
      return [{ id, content, ...plain, special: types[id] !== TOKEN.userDefined }];
    }),
    ...pipeline.parts,
    post_processor: null,
    model: {
      type: 'BPE',
      unk_token: unknown ?? null,
      fuse_unk: pipeline.model === 'llama',
      byte_fallback: pipeline.model === 'llama',
      ignore_merges: pipeline.ignoresMerges,
      vocab,
      merges: pipeline.model === 'llama' ? mergesOf(vocabulary, vocab) : vocabulary.merges,
    },
  };
}

/** SentencePiece keeps no merges: every cut of a token in two tokens is one, the best scores first (as transformers converts it). */
function mergesOf({ tokens, types, scores }: GgufVocabulary, vocab: Readonly<Record<string, number>>): string[] {
  const idOf = new Map(Object.entries(vocab));
  const merges: { left: string; right: string; score: number }[] = [];
  tokens.forEach((token, id) => {
    if (types[id] !== TOKEN.normal) return;
    const letters = Array.from(token);
    const cuts = letters.slice(1).map((_, index) => {
      const [left, right] = [letters.slice(0, index + 1).join(''), letters.slice(index + 1).join('')];
      return { left, right, score: scores[id] ?? 0 };
    });
    const known = cuts.filter(({ left, right }) => idOf.has(left) && idOf.has(right));
    const order = (text: string) => idOf.get(text) ?? 0;
    merges.push(...known.sort((a, b) => order(a.left) - order(b.left) || order(a.right) - order(b.right)));
  });
  merges.sort((a, b) => b.score - a.score || b.left.length - a.left.length || b.right.length - a.right.length);
  return merges.map(({ left, right }) => `${left} ${right}`);
}

function foreignTokenizer() {
  return unsupported(
    'llama.cpp has no tokenizer like the one of this model: it knows byte-level BPE as GPT-2, SmolLM, Llama 3 and Qwen cut text, and SentencePiece.',
    'Export safetensors instead.',
  );
}

import { RandomStream } from '../base/random.ts';
import { loadCheckpoint, type FileSource, type LoadedCheckpoint } from './formats/huggingFace.ts';
import { writeSafetensors } from './formats/safetensors.ts';
import { weightShapes, type ModelConfig } from './modelConfig.ts';
import { elementCount, tensorNamed, type HostTensor, type Weights } from './weights.ts';

const HIDDEN_SIZE = 32;
const HEAD_COUNT = 2;
const LAYER_COUNT = 2;
const CONTEXT_LENGTH = 512;
const SPECIAL_TOKENS = ['<pad>', '<bos>', '<turn>', '<plan>', '<say>', '<them>', '<end>', '<unk>'];
const STRATEGY_END = '<say>';

export interface TinyModelPlan {
  readonly seed: number;
  /** What its tokenizer knows; every other word is `<unk>`. */
  readonly words: readonly string[];
  /** Single words that it begins by choosing among, evenly, one per strategy; none: it begins with any token, evenly. */
  readonly strategies: readonly string[];
}

/**
 * A small Llama that has learned nothing: random weights, a tokenizer of whole words. It goes the way of any other
 * checkpoint, through the same files and the same reader, so that it can be trained, exported and read back like them.
 */
export function createTinyModel(plan: TinyModelPlan): Promise<LoadedCheckpoint> {
  const files = filesOf(plan);
  const bytesOf = (name: string) => files.get(name);
  const source: FileSource = {
    has: async (name) => files.has(name),
    async readBytes(name) {
      const bytes = bytesOf(name);
      if (!bytes) throw new Error(`createTinyModel: it has no file ${name}`);
      return bytes;
    },
  };
  return loadCheckpoint(source);
}

function filesOf(plan: TinyModelPlan): ReadonlyMap<string, Uint8Array> {
  const tokens = [...SPECIAL_TOKENS, ...new Set(plan.words)];
  const config: ModelConfig = {
    hiddenSize: HIDDEN_SIZE,
    intermediateSize: 2 * HIDDEN_SIZE,
    layerCount: LAYER_COUNT,
    headCount: HEAD_COUNT,
    keyValueHeadCount: HEAD_COUNT,
    headSize: HIDDEN_SIZE / HEAD_COUNT,
    vocabularySize: tokens.length,
    contextLength: CONTEXT_LENGTH,
    rmsNormEpsilon: 1e-5,
    ropeTheta: 10_000,
    isHeadTied: false,
  };
  const json = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  return new Map([
    ['config.json', json(huggingFaceConfig(config, tokens))],
    ['tokenizer.json', json(tokenizerFile(tokens))],
    ['tokenizer_config.json', json(TOKENIZER_CONFIG)],
    ['model.safetensors', writeSafetensors(drawWeights(plan, config, tokens))],
  ]);
}

/** Feature that is the same at every position, so that a token can have a bias. */
const CONSTANT = HIDDEN_SIZE - 1;
/** Feature that is on where a strategy word stands. */
const IS_STRATEGY = HIDDEN_SIZE - 2;
const CONSTANT_VALUE = 2;
const IS_STRATEGY_VALUE = 4;
/** In logits per unit of a feature; after normalisation the features are 1 to 4, so odds are e^8 and more. */
const BIAS = 8;

/**
 * Normal weights of variance 1 / inputs (embeddings: 1, the head: nearly 0), gains of 1. With `strategies`, two features of
 * the residual stream are kept free of everything else, and the head reads from them that a strategy is one of the words
 * and then ends: what is left to learn is which one.
 */
function drawWeights({ seed, strategies }: TinyModelPlan, config: ModelConfig, tokens: readonly string[]): Weights {
  const weights = new Map<string, HostTensor>();
  for (const [name, shape] of weightShapes(config)) {
    const random = new RandomStream(seed, 'tiny model', name);
    const [, inputs = 1] = shape;
    const scale = name.includes('embed') ? 1 : name === 'lm_head.weight' ? 0.02 : 1 / Math.sqrt(inputs);
    const isGain = shape.length === 1;
    weights.set(name, {
      shape,
      data: Float32Array.from({ length: elementCount(shape) }, () => (isGain ? 1 : scale * random.normal())),
    });
  }
  if (strategies.length > 0) prefer(strategies, weights, tokens);
  return weights;
}

function prefer(strategies: readonly string[], weights: Weights, tokens: readonly string[]): void {
  const set = (name: string, row: number, column: number, value: number) => {
    tensorNamed(weights, name).data[row * HIDDEN_SIZE + column] = value;
  };
  tokens.forEach((token, row) => {
    const isStrategy = strategies.includes(token);
    set('model.embed_tokens.weight', row, CONSTANT, CONSTANT_VALUE);
    set('model.embed_tokens.weight', row, IS_STRATEGY, isStrategy ? IS_STRATEGY_VALUE : 0);
    set('lm_head.weight', row, CONSTANT, isStrategy ? 0 : -BIAS);
    set('lm_head.weight', row, IS_STRATEGY, isStrategy ? -BIAS : token === STRATEGY_END ? BIAS : 0);
  });
  for (const [name, { shape, data }] of weights) {
    if (!/o_proj|down_proj/.test(name)) continue;
    const inputs = shape[1] ?? 0;
    for (const feature of [CONSTANT, IS_STRATEGY]) data.fill(0, feature * inputs, (feature + 1) * inputs);
  }
}

function huggingFaceConfig(config: ModelConfig, tokens: readonly string[]) {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layerCount,
    num_attention_heads: config.headCount,
    num_key_value_heads: config.keyValueHeadCount,
    head_dim: config.headSize,
    vocab_size: config.vocabularySize,
    max_position_embeddings: config.contextLength,
    rms_norm_eps: config.rmsNormEpsilon,
    rope_theta: config.ropeTheta,
    hidden_act: 'silu',
    tie_word_embeddings: config.isHeadTied,
    bos_token_id: tokens.indexOf('<bos>'),
    eos_token_id: tokens.indexOf('<end>'),
    pad_token_id: tokens.indexOf('<pad>'),
    torch_dtype: 'float32',
  };
}

function tokenizerFile(tokens: readonly string[]) {
  return {
    version: '1.0',
    added_tokens: SPECIAL_TOKENS.map((content, id) => ({ id, content, special: true, normalized: false })),
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      unk_token: '<unk>',
    },
  };
}

const TOKENIZER_CONFIG = {
  tokenizer_class: 'PreTrainedTokenizerFast',
  bos_token: '<bos>',
  eos_token: '<end>',
  pad_token: '<pad>',
  unk_token: '<unk>',
  clean_up_tokenization_spaces: false,
  model_max_length: CONTEXT_LENGTH,
  parley_format: {
    view: '<bos> {view}',
    own_turn: '<turn> {board} <plan>',
    strategy_end: STRATEGY_END,
    action_end: '<end>',
    partner_turn: '<them> {action} <end>',
  },
};

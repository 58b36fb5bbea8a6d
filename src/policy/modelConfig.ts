/**
 * What the architecture of Llama (arXiv 2302.13971) leaves open, and the two departures from it that are known: Qwen2's
 * (arXiv 2407.10671) and Qwen3's (arXiv 2505.09388).
 *
 * Letters used for shapes everywhere: B sequences, T tokens, R rows (tokens of many sequences, packed), D `hiddenSize`,
 * H query heads, G key/value heads, S `headSize`, F `intermediateSize`, V `vocabularySize`, L layers.
 */
export interface ModelConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly keyValueHeadCount: number;
  readonly headSize: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly rmsNormEpsilon: number;
  readonly ropeTheta: number;
  readonly isHeadTied: boolean;
  /** Absent where rotary frequencies are plain powers of theta. */
  readonly ropeScaling?: Llama3RopeScaling;
  /** Absent for a plain Llama. */
  readonly attentionVariant?: AttentionVariant;
}

/**
 * Frequencies for contexts longer than those of the pretraining (Llama 3.1, arXiv 2407.21783; `rotary.ts` has the formula).
 * Wavelengths, in tokens, are short below `originalContextLength / highFrequencyFactor`, long above that of the low one.
 */
export interface Llama3RopeScaling {
  /** What long wavelengths are multiplied by. */
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly originalContextLength: number;
}

/** `biased` (Qwen2): query, key and value have biases. `headNormed` (Qwen3): each query and key head passes an RMSNorm. */
export type AttentionVariant = 'biased' | 'headNormed';

/** The seven projections of a layer, by their Hugging Face module path. */
export const PROJECTIONS = [
  'self_attn.q_proj',
  'self_attn.k_proj',
  'self_attn.v_proj',
  'self_attn.o_proj',
  'mlp.gate_proj',
  'mlp.up_proj',
  'mlp.down_proj',
] as const;
export type Projection = (typeof PROJECTIONS)[number];

/** The modules with a bias, of one layer of a `biased` model. */
export const BIASED_PROJECTIONS = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'] as const;
/** The norms of query and key heads, of one layer of a `headNormed` model. */
export const HEAD_NORMS = ['self_attn.q_norm', 'self_attn.k_norm'] as const;

/** Name and shape of every weight of the model, layer by layer. */
export function weightShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const {
    hiddenSize: D,
    intermediateSize: F,
    headSize: S,
    headCount: H,
    keyValueHeadCount: G,
    vocabularySize: V,
  } = config;
  const projectionShape: Record<Projection, readonly [number, number]> = {
    'self_attn.q_proj': [H * S, D],
    'self_attn.k_proj': [G * S, D],
    'self_attn.v_proj': [G * S, D],
    'self_attn.o_proj': [D, H * S],
    'mlp.gate_proj': [F, D],
    'mlp.up_proj': [F, D],
    'mlp.down_proj': [D, F],
  };
  const shapes = new Map<string, readonly number[]>([['model.embed_tokens.weight', [V, D]]]);
  for (let layer = 0; layer < config.layerCount; layer++) {
    const prefix = `model.layers.${layer}`;
    shapes.set(`${prefix}.input_layernorm.weight`, [D]);
    for (const projection of PROJECTIONS) shapes.set(`${prefix}.${projection}.weight`, projectionShape[projection]);
    if (config.attentionVariant === 'biased') {
      for (const name of BIASED_PROJECTIONS) shapes.set(`${prefix}.${name}.bias`, [projectionShape[name][0]]);
    }
    if (config.attentionVariant === 'headNormed') {
      for (const name of HEAD_NORMS) shapes.set(`${prefix}.${name}.weight`, [S]);
    }
    shapes.set(`${prefix}.post_attention_layernorm.weight`, [D]);
  }
  shapes.set('model.norm.weight', [D]);
  if (!config.isHeadTied) shapes.set('lm_head.weight', [V, D]);
  return shapes;
}

/** The same model for contexts of at most so many tokens. */
export function limitContext(config: ModelConfig, tokenLimit: number): ModelConfig {
  return { ...config, contextLength: Math.min(config.contextLength, tokenLimit) };
}

/** Numbers in all of its weights. */
export function weightCount(config: ModelConfig): number {
  return [...weightShapes(config).values()].reduce(
    (sum, shape) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
}

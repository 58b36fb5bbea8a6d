import { z } from 'zod';

/**
 * The part of a Hugging Face `config.json` that the Llama architecture needs. Other keys are allowed and ignored.
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
}

/** The raw file, as far as we read it. */
export const HuggingFaceConfig = z.object({
  model_type: z.string(),
  hidden_size: z.int().positive(),
  intermediate_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  num_key_value_heads: z.int().positive().optional(),
  head_dim: z.int().positive().nullish(),
  vocab_size: z.int().positive(),
  max_position_embeddings: z.int().positive(),
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().optional(),
  rope_parameters: z
    .object({ rope_theta: z.number().positive().optional(), rope_type: z.string().optional() })
    .nullish(),
  rope_scaling: z.unknown().nullish(),
  hidden_act: z.string().default('silu'),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
  bos_token_id: z.int().nullish(),
  eos_token_id: z.union([z.int(), z.array(z.int())]).nullish(),
  pad_token_id: z.int().nullish(),
});
export type HuggingFaceConfig = z.infer<typeof HuggingFaceConfig>;

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

/** Name and shape of every weight of the model, in file order. */
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
    shapes.set(`${prefix}.post_attention_layernorm.weight`, [D]);
  }
  shapes.set('model.norm.weight', [D]);
  if (!config.isHeadTied) shapes.set('lm_head.weight', [V, D]);
  return shapes;
}

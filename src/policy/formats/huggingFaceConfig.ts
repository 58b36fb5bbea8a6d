import { z } from 'zod';
import type { AttentionVariant, Llama3RopeScaling, ModelConfig } from '../modelConfig.ts';
import { unsupported } from './modelErrors.ts';

const RopeParameters = z.looseObject({
  rope_theta: z.number().positive().optional(),
  rope_type: z.string().optional(),
  /** Its name in old files. */
  type: z.string().optional(),
  factor: z.number().optional(),
  low_freq_factor: z.number().optional(),
  high_freq_factor: z.number().optional(),
  original_max_position_embeddings: z.number().optional(),
});
type RopeParameters = z.infer<typeof RopeParameters>;

/** Sizes beyond these belong to no model: lists of weights, made of a forged number, would fill the memory. */
const Size = z
  .int()
  .positive()
  .max(2 ** 24);
const LayerCount = z.int().positive().max(1024);

/** `config.json`, as far as we read it; other keys are allowed. */
export const HuggingFaceConfig = z.object({
  model_type: z.string(),
  hidden_size: Size,
  intermediate_size: Size,
  num_hidden_layers: LayerCount,
  num_attention_heads: Size,
  num_key_value_heads: Size.nullish(),
  head_dim: Size.nullish(),
  vocab_size: Size,
  max_position_embeddings: Size,
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().optional(),
  /** Of transformers 5: theta, kind and scaling in one. */
  rope_parameters: RopeParameters.nullish(),
  /** Of transformers 4. */
  rope_scaling: RopeParameters.nullish(),
  hidden_act: z.string().default('silu'),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  use_sliding_window: z.boolean().nullish(),
  layer_types: z.array(z.string()).nullish(),
  tie_word_embeddings: z.boolean().default(false),
  quantization_config: z.unknown().optional(),
  bos_token_id: z.int().nullish(),
  eos_token_id: z.union([z.int(), z.array(z.int())]).nullish(),
  pad_token_id: z.int().nullish(),
});
export type HuggingFaceConfig = z.infer<typeof HuggingFaceConfig>;

const VARIANTS: Readonly<Partial<Record<string, AttentionVariant | null>>> = {
  llama: null,
  qwen2: 'biased',
  qwen3: 'headNormed',
};

/** @throws AppError `model-unsupported`: better refused than computed wrongly. */
export function modelConfigFrom(raw: HuggingFaceConfig): ModelConfig {
  const refuseUnless = (isFine: boolean, why: string) => {
    if (!isFine) throw unsupported(why);
  };
  const variant = Object.hasOwn(VARIANTS, raw.model_type) ? VARIANTS[raw.model_type] : undefined;
  if (variant === undefined) {
    const known = Object.keys(VARIANTS).map((name) => `"${name}"`);
    throw unsupported(`Its architecture is "${raw.model_type}"; known are ${known.join(', ')}.`);
  }
  refuseUnless(raw.hidden_act === 'silu', `Its activation is "${raw.hidden_act}"; only "silu" is known.`);
  // Qwen2's file has no such key: its three biases belong to the architecture.
  refuseUnless(!raw.attention_bias && !raw.mlp_bias, 'All its projections have biases (attention_bias, mlp_bias).');
  const isLocal = raw.use_sliding_window || raw.layer_types?.some((kind) => kind !== 'full_attention');
  refuseUnless(!isLocal, 'Some of its layers see a sliding window of the text only (use_sliding_window, layer_types).');
  refuseUnless(raw.quantization_config == null, 'Its weights are quantised (quantization_config); they must be plain.');

  const headCount = raw.num_attention_heads;
  const keyValueHeadCount = raw.num_key_value_heads ?? headCount;
  const headSize = raw.head_dim ?? raw.hidden_size / headCount;
  refuseUnless(
    headCount % keyValueHeadCount === 0,
    `${headCount} heads cannot share ${keyValueHeadCount} key/value heads evenly.`,
  );
  refuseUnless(
    Number.isInteger(headSize) && headSize % 2 === 0,
    `A head of ${headSize} numbers cannot be rotated in halves.`,
  );
  const ropeScaling = ropeScalingFrom({ ...raw.rope_parameters, ...raw.rope_scaling });
  return {
    hiddenSize: raw.hidden_size,
    intermediateSize: raw.intermediate_size,
    layerCount: raw.num_hidden_layers,
    headCount,
    keyValueHeadCount,
    headSize,
    vocabularySize: raw.vocab_size,
    contextLength: raw.max_position_embeddings,
    rmsNormEpsilon: raw.rms_norm_eps,
    ropeTheta: raw.rope_parameters?.rope_theta ?? raw.rope_theta ?? 10_000, // transformers 5, transformers 4, its default
    isHeadTied: raw.tie_word_embeddings,
    ...(ropeScaling && { ropeScaling }),
    ...(variant && { attentionVariant: variant }),
  };
}

function ropeScalingFrom(rope: RopeParameters): Llama3RopeScaling | null {
  const kind = rope.rope_type ?? rope.type ?? 'default';
  if (kind === 'default') return null;
  if (kind !== 'llama3') {
    throw unsupported(`Its rotary positions are of the kind "${kind}"; known are "default" and "llama3".`);
  }
  const { factor = 0, low_freq_factor: low = 0, high_freq_factor: high = 0 } = rope;
  const originalContextLength = rope.original_max_position_embeddings ?? 0;
  if (!(factor > 0 && low > 0 && high > low && originalContextLength > 0)) {
    throw unsupported('Its "llama3" rotary positions lack a factor, or two frequency factors in ascending order.');
  }
  return { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContextLength };
}

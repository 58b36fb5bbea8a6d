import type { AttentionVariant, ModelConfig } from '../../modelConfig.ts';

/** GGUF's architectures that are ours. */
export type GgufArchitecture = 'llama' | 'qwen2' | 'qwen3';

export function architectureOf({ attentionVariant }: ModelConfig): GgufArchitecture {
  return attentionVariant ? ARCHITECTURES[attentionVariant] : 'llama';
}

const ARCHITECTURES: Readonly<Record<AttentionVariant, GgufArchitecture>> = { biased: 'qwen2', headNormed: 'qwen3' };

const MODULES: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};
const OUTSIDE: Readonly<Record<string, string>> = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
  'lm_head.weight': 'output.weight',
};

/** GGUF's name of a weight that Hugging Face calls `name`. @throws Error when it is no weight of ours */
export function ggufName(name: string): string {
  const outside = OUTSIDE[name];
  if (outside) return outside;
  const [, layer, module = '', kind] = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? [];
  const ours = MODULES[module];
  if (!ours) throw new Error(`GGUF has no name for ${name}`);
  return `blk.${layer}.${ours}.${kind}`;
}

/** Heads whose rows llama.cpp orders in its own way, of the weight that Hugging Face calls `name`; null where none are. */
export function permutedHeads(name: string, config: ModelConfig): number | null {
  if (architectureOf(config) !== 'llama') return null;
  if (name.includes('.self_attn.q_proj.')) return config.headCount;
  return name.includes('.self_attn.k_proj.') ? config.keyValueHeadCount : null;
}

/**
 * llama.cpp rotates neighbouring pairs in files of the "llama" architecture, Hugging Face the halves of a head: row `2i + j`
 * of a head there is row `j · S/2 + i` here.
 *
 * @param data rows of all heads, of `width` numbers each
 */
export function permuteRows(
  data: Float32Array,
  heads: number,
  width: number,
  to: 'gguf' | 'huggingFace',
): Float32Array {
  const out = new Float32Array(data.length);
  const half = data.length / width / heads / 2;
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < half; i++) {
      for (let j = 0; j < 2; j++) {
        const pairs = (head * 2 * half + 2 * i + j) * width;
        const halves = (head * 2 * half + j * half + i) * width;
        const [from, into] = to === 'gguf' ? [halves, pairs] : [pairs, halves];
        out.set(data.subarray(from, from + width), into);
      }
    }
  }
  return out;
}

import * as tf from '@tensorflow/tfjs';
import type { ModelConfig } from '../../src/policy/modelConfig.ts';
import { tensorNamed, type Weights } from '../../src/policy/weights.ts';

/**
 * Weights laid out so that decoding needs the fewest operations. All matrices are [in, out]; the gains of the norms and the
 * scale of the attention are multiplied into the matrices that read them; queries, keys and values are one matrix.
 * Letters: `modelConfig.ts`; C = (H + 2G) · S columns of queries, keys and values.
 */
export interface DecodeWeights {
  readonly embedding: tf.Tensor2D; // [V, D]
  readonly layers: readonly DecodeLayer[];
  readonly head: tf.Tensor2D; // [D, V]
}

export interface DecodeLayer {
  readonly projection: tf.Tensor2D; // [D, C]
  /** Gives each head rotated by a quarter turn, (−high, low), and zeros for the values: RoPE is then `a·cos + b·sin`. */
  readonly turnedProjection: tf.Tensor2D; // [D, C]
  readonly output: tf.Tensor2D; // [H · S, D]
  readonly gate: tf.Tensor2D; // [D, F]
  readonly up: tf.Tensor2D; // [D, F]
  readonly down: tf.Tensor2D; // [F, D]
}

/** Rows [out, in] of a matrix, on the host. */
type Rows = readonly Float32Array[];

export function createDecodeWeights(config: ModelConfig, weights: Weights): DecodeWeights {
  const { headSize: S, layerCount, isHeadTied } = config;
  const rowsNamed = (name: string): Rows => {
    const { shape, data } = tensorNamed(weights, `${name}.weight`);
    const [out = 0, size = 0] = shape;
    return Array.from({ length: out }, (_, row) => data.slice(row * size, (row + 1) * size));
  };
  const gained = (name: string, norm: string, scale = 1): Rows => {
    const gain = tensorNamed(weights, `${norm}.weight`).data;
    return rowsNamed(name).map((row) => row.map((value, index) => value * (gain[index] ?? 0) * scale));
  };
  const layers = Array.from({ length: layerCount }, (_, layer) => {
    const prefix = `model.layers.${layer}`;
    const [norm, mlpNorm] = [`${prefix}.input_layernorm`, `${prefix}.post_attention_layernorm`];
    const turning = [
      ...gained(`${prefix}.self_attn.q_proj`, norm, S ** -0.5),
      ...gained(`${prefix}.self_attn.k_proj`, norm),
    ];
    const values = gained(`${prefix}.self_attn.v_proj`, norm);
    const still = values.map((row) => new Float32Array(row.length));
    return {
      projection: transposed([...turning, ...values]),
      turnedProjection: transposed([...quarterTurn(turning, S), ...still]),
      output: transposed(rowsNamed(`${prefix}.self_attn.o_proj`)),
      gate: transposed(gained(`${prefix}.mlp.gate_proj`, mlpNorm)),
      up: transposed(gained(`${prefix}.mlp.up_proj`, mlpNorm)),
      down: transposed(rowsNamed(`${prefix}.mlp.down_proj`)),
    };
  });
  const embedding = tensorNamed(weights, 'model.embed_tokens.weight');
  return {
    embedding: tf.tensor2d(embedding.data.slice(), [config.vocabularySize, config.hiddenSize]),
    layers,
    head: transposed(gained(isHeadTied ? 'model.embed_tokens' : 'lm_head', 'model.norm')),
  };
}

export function disposeDecodeWeights({ embedding, layers, head }: DecodeWeights): void {
  tf.dispose([embedding, head, ...layers.flatMap((layer) => Object.values(layer) as tf.Tensor[])]);
}

/** Of each head of S rows: the negated upper half, then the lower half. */
function quarterTurn(rows: Rows, headSize: number): Rows {
  const half = headSize / 2;
  return rows.map((_, index) => {
    const isLower = index % headSize < half;
    const partner = rows[isLower ? index + half : index - half] ?? new Float32Array(0);
    return isLower ? partner.map((value) => -value) : partner;
  });
}

function transposed(rows: Rows): tf.Tensor2D {
  const [out, size] = [rows.length, rows[0]?.length ?? 0];
  const data = new Float32Array(out * size);
  rows.forEach((row, column) => row.forEach((value, index) => (data[index * out + column] = value)));
  return tf.tensor2d(data, [size, out]);
}

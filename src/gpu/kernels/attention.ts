import type { Kernel } from '../plan.ts';
import { unroll } from './unroll.ts';

/**
 * Causal attention with grouped queries over the cache; the T × T matrix never exists. One thread per row and key/value
 * head serves the `HEADS / GROUPS` query heads of its group together, so that each key and value is read once. Head sizes
 * and shares are unrolled into registers.
 *
 * Buffers: qkv [R, (HEADS + 2 GROUPS) SIZE] with rotated queries; keys, values [cache rows, GROUPS SIZE]; out [R, HEADS SIZE];
 * stats [R, HEADS] of (log Σ exp, delta). In training the cache row of a token is its row.
 */
export interface AttentionShape {
  readonly headSize: number;
  readonly headCount: number;
  readonly keyValueHeadCount: number;
}

/** The first bindings of all three, their sizes, and the row, key/value head and sequence that a thread works on. */
const HEADER = `
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;

const ALL_HEADS = HEADS + 2u * GROUPS;
const SIZE4 = SIZE / 4u;
const SHARE = HEADS / GROUPS;
`;

const PROLOGUE = `
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / GROUPS;
  if (row >= info[0]) { return; }
  let group = id.x % GROUPS;`;

/** Query heads of a thread's group, and the four-number parts of a head: what the code below repeats. */
function unrollers({ headSize, headCount, keyValueHeadCount }: AttentionShape) {
  const parts = headSize / 4;
  return {
    parts,
    perHead: (line: (h: number) => string) => unroll(headCount / keyValueHeadCount, line),
    perPart: (line: (p: number) => string) => unroll(parts, line, ' '),
  };
}

/** Forward: the online softmax (arXiv 1805.02867) over the positions of the row's own sequence, oldest first. */
export function attention(shape: AttentionShape): Kernel {
  const { parts, perHead, perPart } = unrollers(shape);
  const code = `${HEADER}
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> stats: array<vec2f>;
${PROLOGUE}
  let start = info[6u + row * 4u];
  let end = start + info[5u + row * 4u];
  let firstHead = group * SHARE;
  let queryAt = (row * ALL_HEADS + firstHead) * SIZE4;
  ${perHead(
    (h) => `
  ${perPart((p) => `let q${h}_${p} = qkv[queryAt + ${h * parts + p}u] * SCALE; var sum${h}_${p} = vec4f();`)}
  var largest${h} = -1e30; var total${h} = 0.0;`,
  )}
  for (var before = start; before <= end; before++) {
    let at = (before * GROUPS + group) * SIZE4;
    ${perPart((p) => `let k${p} = keys[at + ${p}u]; let v${p} = values[at + ${p}u];`)}
    ${perHead(
      (h) => `{
      let score = ${unroll(parts, (p) => `dot(q${h}_${p}, k${p})`, ' + ')};
      let gap = score - largest${h};
      let small = exp(-abs(gap));
      let shrink = select(1.0, small, gap > 0.0);
      let weight = select(small, 1.0, gap > 0.0);
      total${h} = total${h} * shrink + weight;
      ${perPart((p) => `sum${h}_${p} = sum${h}_${p} * shrink + weight * v${p};`)}
      largest${h} = max(largest${h}, score);
    }`,
    )}
  }
  let outAt = (row * HEADS + firstHead) * SIZE4;
  ${perHead(
    (h) => `
  ${perPart((p) => `out[outAt + ${h * parts + p}u] = sum${h}_${p} / total${h};`)}
  stats[row * HEADS + firstHead + ${h}u].x = largest${h} + log(total${h});`,
  )}
}`;
  return { name: 'attention', code };
}

/** Gradient of the rotated queries, and delta = dOut · out (FlashAttention-2, arXiv 2307.08691), which keys and values need. */
export function attentionQueryGradient(shape: AttentionShape): Kernel {
  const { parts, perHead, perPart } = unrollers(shape);
  const code = `${HEADER}
@group(0) @binding(4) var<storage, read> out: array<vec4f>;
@group(0) @binding(5) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> stats: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> dQkv: array<vec4f>;
${PROLOGUE}
  let start = info[6u + row * 4u];
  let end = start + info[5u + row * 4u];
  let firstHead = group * SHARE;
  let queryAt = (row * ALL_HEADS + firstHead) * SIZE4;
  let outAt = (row * HEADS + firstHead) * SIZE4;
  ${perHead(
    (h) => `
  ${perPart((p) => `let q${h}_${p} = qkv[queryAt + ${h * parts + p}u] * SCALE; let d${h}_${p} = dOut[outAt + ${h * parts + p}u]; var g${h}_${p} = vec4f();`)}
  let delta${h} = ${unroll(parts, (p) => `dot(d${h}_${p}, out[outAt + ${h * parts + p}u])`, ' + ')};
  let logSum${h} = stats[row * HEADS + firstHead + ${h}u].x;
  stats[row * HEADS + firstHead + ${h}u].y = delta${h};`,
  )}
  for (var before = start; before <= end; before++) {
    let at = (before * GROUPS + group) * SIZE4;
    ${perPart((p) => `let k${p} = keys[at + ${p}u]; let v${p} = values[at + ${p}u];`)}
    ${perHead(
      (h) => `{
      let score = ${unroll(parts, (p) => `dot(q${h}_${p}, k${p})`, ' + ')};
      let dWeight = ${unroll(parts, (p) => `dot(d${h}_${p}, v${p})`, ' + ')};
      let dScore = exp(score - logSum${h}) * (dWeight - delta${h}) * SCALE;
      ${perPart((p) => `g${h}_${p} += dScore * k${p};`)}
    }`,
    )}
  }
  ${perHead((h) => perPart((p) => `dQkv[queryAt + ${h * parts + p}u] = g${h}_${p};`))}
}`;
  return { name: 'attentionQueryGradient', code };
}

/** Gradient of the rotated keys and the values: each thread adds up the later rows of its sequence and its group's heads, in order. */
export function attentionKeyValueGradient(shape: AttentionShape): Kernel {
  const { parts, perHead, perPart } = unrollers(shape);
  const code = `${HEADER}
@group(0) @binding(4) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(5) var<storage, read> stats: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> dQkv: array<vec4f>;
${PROLOGUE}
  let end = info[7u + row * 4u];
  let at = id.x * SIZE4;
  ${perPart((p) => `let k${p} = keys[at + ${p}u] * SCALE; let v${p} = values[at + ${p}u]; var dk${p} = vec4f(); var dv${p} = vec4f();`)}
  for (var later = row; later < end; later++) {
    ${perHead(
      (h) => `{
      let head = group * SHARE + ${h}u;
      let queryAt = (later * ALL_HEADS + head) * SIZE4;
      let outAt = (later * HEADS + head) * SIZE4;
      let stat = stats[later * HEADS + head];
      ${perPart((p) => `let q${p} = qkv[queryAt + ${p}u]; let d${p} = dOut[outAt + ${p}u];`)}
      let weight = exp(${unroll(parts, (p) => `dot(q${p}, k${p})`, ' + ')} - stat.x);
      let dScore = weight * (${unroll(parts, (p) => `dot(d${p}, v${p})`, ' + ')} - stat.y) * SCALE;
      ${perPart((p) => `dv${p} += weight * d${p}; dk${p} += dScore * q${p};`)}
    }`,
    )}
  }
  let toKey = (row * ALL_HEADS + HEADS + group) * SIZE4;
  let toValue = toKey + GROUPS * SIZE4;
  ${perPart((p) => `dQkv[toKey + ${p}u] = dk${p}; dQkv[toValue + ${p}u] = dv${p};`)}
}`;
  return { name: 'attentionKeyValueGradient', code };
}

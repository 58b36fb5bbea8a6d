import type { Kernel } from '../plan.ts';
import { unroll } from './unroll.ts';

/**
 * The three products of a linear layer with Hugging Face's `[out, in]` weights. A thread computes an 8 × 8 tile in
 * registers: a quarter of a load per multiply-add, against a half for 4 × 4 (docs/experiments.md, "Matmul tiles").
 * Each output adds along the inner dimension in one fixed order, so a row's bits depend on neither its tile nor its
 * batch-mates. Rows = `info[COUNT_AT]`; constants N (outputs) and K (inputs, a multiple of 4).
 */
export const TILE = 8;

const COMMON = `
const K4 = K / 4u;
const TILES = (K4 + 1u) / 2u;
`;

/** `c[M, N] = a[M, K] · b[N, K]ᵀ`, plus `residual[M, N]` in the second variant. */
function forwardCode(hasResidual: boolean): string {
  return `
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
${hasResidual ? '@group(0) @binding(4) var<storage, read> residual: array<f32>;' : ''}
${COMMON}
@compute @workgroup_size(4, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let rows = info[COUNT_AT];
  let m = id.y * 8u;
  let n = id.x * 8u;
  if (m >= rows || n >= N) { return; }
  // Past the edge the last row is read again: cheaper than branching, and its results are not stored.
  ${unroll(TILE, (i) => `let a${i} = min(m + ${i}u, rows - 1u) * K4; let b${i} = min(n + ${i}u, N - 1u) * K4;`)}
  ${unroll(TILE, (i) => unroll(TILE, (j) => `var s${i}${j} = 0.0;`, ' '))}
  for (var k = 0u; k < K4; k++) {
    ${unroll(TILE, (j) => `let w${j} = b[b${j} + k];`, ' ')}
    ${unroll(TILE, (i) => `{ let x = a[a${i} + k]; ${unroll(TILE, (j) => `s${i}${j} += dot(x, w${j});`, ' ')} }`)}
  }
  ${unroll(TILE, (i) => `if (m + ${i}u < rows) { ${unroll(TILE, (j) => storeOutput(i, j, hasResidual), ' ')} }`)}
}`;
}

function storeOutput(i: number, j: number, hasResidual: boolean): string {
  const at = `(m + ${i}u) * N + n + ${j}u`;
  return `if (n + ${j}u < N) { c[${at}] = s${i}${j}${hasResidual ? ` + residual[${at}]` : ''}; }`;
}

/** `dx[M, K] = dy[M, N] · w[N, K]`. */
const inputGradientCode = `
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>;
${COMMON}
@compute @workgroup_size(4, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let rows = info[COUNT_AT];
  let m = id.y * 8u;
  if (m >= rows || id.x >= TILES) { return; }
  let k0 = id.x * 2u;
  let k1 = min(k0 + 1u, K4 - 1u);
  ${unroll(TILE, (i) => `let m${i} = min(m + ${i}u, rows - 1u) * N; var low${i} = vec4f(); var high${i} = vec4f();`)}
  for (var n = 0u; n < N; n++) {
    let low = w[n * K4 + k0];
    let high = w[n * K4 + k1];
    ${unroll(TILE, (i) => `{ let g = dy[m${i} + n]; low${i} += g * low; high${i} += g * high; }`)}
  }
  ${unroll(TILE, (i) => `if (m + ${i}u < rows) { dx[(m + ${i}u) * K4 + k0] = low${i}; dx[(m + ${i}u) * K4 + k1] = select(low${i}, high${i}, k1 > k0); }`)}
}`;

/** `dw[N, K] += dy[M, N]ᵀ · x[M, K]`, rows added in order, over all micro-batches since the last clear. */
const weightGradientCode = `
@group(0) @binding(0) var<storage, read> info: array<u32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dw: array<vec4f>;
${COMMON}
@compute @workgroup_size(4, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let rows = info[COUNT_AT];
  let n = id.y * 8u;
  if (n >= N || id.x >= TILES) { return; }
  let k0 = id.x * 2u;
  let k1 = min(k0 + 1u, K4 - 1u);
  ${unroll(TILE, (j) => `let n${j} = min(n + ${j}u, N - 1u); var low${j} = vec4f(); var high${j} = vec4f();`)}
  for (var m = 0u; m < rows; m++) {
    let low = x[m * K4 + k0];
    let high = x[m * K4 + k1];
    ${unroll(TILE, (j) => `{ let g = dy[m * N + n${j}]; low${j} += g * low; high${j} += g * high; }`)}
  }
  ${unroll(TILE, (j) => `if (n + ${j}u < N) { dw[n${j} * K4 + k0] += low${j}; if (k1 > k0) { dw[n${j} * K4 + k1] += high${j}; } }`)}
}`;

export const matmul: Kernel = { name: 'matmul', code: forwardCode(false) };
export const matmulResidual: Kernel = { name: 'matmulResidual', code: forwardCode(true) };
export const matmulInputGradient: Kernel = { name: 'matmulInputGradient', code: inputGradientCode };
export const matmulWeightGradient: Kernel = { name: 'matmulWeightGradient', code: weightGradientCode };

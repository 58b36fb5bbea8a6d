import { AppError } from '../../base/errors.ts';
import type { Kernel } from '../plan.ts';
import { ATTENTION_HEADER, partsOf, type AttentionShape } from './attentionShape.ts';
import { unroll } from './unroll.ts';

/**
 * Attention of the training pass for the `parallel` style: a workgroup takes TILE rows of one head against blocks of BLOCK
 * keys in shared memory. Eight threads for every four numbers of a head: each keeps four rows' sums of its four numbers.
 *
 * Blocks are counted from the start of a row's own sequence, and a block never holds two sequences: so a row's bits depend
 * neither on its neighbours nor on where it lies in a tile.
 */
export const TILE = 32;
const ROWS = 4;
/** Of a workgroup, on every adapter. */
const THREAD_LIMIT = 256;

/** @param block keys of a block. Shared memory stays below 16 kB, which every adapter offers */
export function tiledConstants(shape: AttentionShape, block: number) {
  const threads = (TILE / ROWS) * partsOf(shape);
  if (threads > THREAD_LIMIT) throw headTooLarge(shape);
  // Scores that a thread computes together, for neighbouring rows and one key: as many as keep all threads busy.
  const together = Math.min(ROWS, Math.max(1, (TILE * block) / threads));
  return { TILE, BLOCK: block, THREADS: threads, TOGETHER: 2 ** Math.floor(Math.log2(together)) };
}

function headTooLarge({ headSize }: AttentionShape): AppError {
  return new AppError('model-shape', {
    what: 'The kernels for this graphics device cannot run this model.',
    why: `Its heads have ${headSize} numbers; they may have ${(THREAD_LIMIT / (TILE / ROWS)) * 4} at most.`,
    fix: 'Choose a model with smaller heads (64 and 128 are usual).',
  });
}

/** Keys of a block of the forward pass. */
export const FORWARD_BLOCK = 16;

/** What all tiled kernels begin with. `unit` is what a workgroup works on beside its rows: a query head or a group. */
export const tiledBegin = (unit: string, units: string) => `
const STRIDE = PARTS + 1u; // of a row in shared memory: an odd stride keeps neighbours out of each other's banks
const WEIGHTS = BLOCK + 1u;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let rows = info[0];
  let index = id.y * groups.x + id.x;
  let ${unit} = index % ${units};
  let firstRow = index / ${units} * TILE;
  if (firstRow >= rows) { return; }
  let lastRow = min(firstRow + TILE, rows) - 1u;
  let part = thread % PARTS;
  let mine = thread / PARTS * ${ROWS}u; // the first of this thread's rows within the tile`;

/** Copies rows `at` … `end` − 1 of a buffer into shared memory, zero behind them. */
export const copyBlock = (tile: string, buffer: string, rowAt: (row: string) => string) => `
    for (var i = thread; i < BLOCK * PARTS; i += THREADS) {
      let row = i / PARTS;
      ${tile}[row * STRIDE + i % PARTS] = select(vec4f(), ${buffer}[${rowAt('(at + row)')} * PARTS + i % PARTS], at + row < end);
    }`;

/** `line` for each of a thread's rows. */
export const perTileRow = (line: (row: number) => string) => unroll(ROWS, line);

/** The online softmax (arXiv 1805.02867) block by block, as FlashAttention-2 (arXiv 2307.08691, algorithm 1) does it. */
export function attentionTiled(shape: AttentionShape): Kernel {
  const { TOGETHER } = tiledConstants(shape, FORWARD_BLOCK);
  const perScore = (line: (row: number) => string) => unroll(TOGETHER, line);
  const keyRow = (row: string) => `(${row} * GROUPS + head / SHARE)`;
  const code = `${ATTENTION_HEADER}
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> stats: array<vec2f>;
var<workgroup> tile: array<vec4f, BLOCK * STRIDE>;
var<workgroup> weights: array<f32, TILE * WEIGHTS>;
var<workgroup> starts: array<u32, TILE>;
var<workgroup> largest: array<f32, TILE>;
var<workgroup> totals: array<f32, TILE>;
var<workgroup> shrinks: array<f32, TILE>;
${tiledBegin('head', 'HEADS')}
  for (var row = thread; row < TILE; row += THREADS) {
    starts[row] = info[6u + min(firstRow + row, lastRow) * 4u];
    largest[row] = -1e30;
    totals[row] = 0.0;
  }
  ${perTileRow((r) => `var sum${r} = vec4f();`)}
  var at = info[6u + firstRow * 4u];
  while (at <= lastRow) {
    let end = min(min(at + BLOCK, info[7u + at * 4u]), lastRow + 1u);
    ${copyBlock('tile', 'keys', keyRow)}
    workgroupBarrier();
    for (var task = thread; task < TILE / TOGETHER * BLOCK; task += THREADS) {
      let key = task % BLOCK;
      let first = task / BLOCK * TOGETHER;
      ${perScore((r) => `let queryAt${r} = (min(firstRow + first + ${r}u, lastRow) * ALL_HEADS + head) * PARTS; var score${r} = 0.0;`)}
      for (var p = 0u; p < PARTS; p++) {
        let k = tile[key * STRIDE + p];
        ${perScore((r) => `score${r} += dot(qkv[queryAt${r} + p], k);`)}
      }
      ${perScore((r) => `weights[(first + ${r}u) * WEIGHTS + key] = select(-1e30, score${r} * SCALE, starts[first + ${r}u] <= at && at + key <= firstRow + first + ${r}u);`)}
    }
    workgroupBarrier();
    ${copyBlock('tile', 'values', keyRow)}
    for (var row = thread; row < TILE; row += THREADS) {
      let before = largest[row];
      var most = before;
      for (var key = 0u; key < BLOCK; key++) { most = max(most, weights[row * WEIGHTS + key]); }
      let shrink = exp(before - most);
      var total = totals[row] * shrink;
      for (var key = 0u; key < BLOCK; key++) {
        let score = weights[row * WEIGHTS + key];
        let weight = select(0.0, exp(score - most), score > -1e30);
        weights[row * WEIGHTS + key] = weight;
        total += weight;
      }
      largest[row] = most;
      totals[row] = total;
      shrinks[row] = shrink;
    }
    workgroupBarrier();
    ${perTileRow((r) => `sum${r} *= shrinks[mine + ${r}u];`)}
    for (var key = 0u; key < BLOCK; key++) {
      let v = tile[key * STRIDE + part];
      ${perTileRow((r) => `sum${r} += weights[(mine + ${r}u) * WEIGHTS + key] * v;`)}
    }
    workgroupBarrier();
    at = end;
  }
  ${perTileRow(
    (r) => `if (firstRow + mine + ${r}u <= lastRow) {
    let at = (firstRow + mine + ${r}u) * HEADS + head;
    let total = totals[mine + ${r}u];
    out[at * PARTS + part] = sum${r} / total;
    if (part == 0u) { stats[at].x = largest[mine + ${r}u] + log(total); }
  }`,
  )}
}`;
  return { name: 'attentionTiled', code };
}

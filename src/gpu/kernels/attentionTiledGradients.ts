import type { Kernel } from '../plan.ts';
import { ATTENTION_HEADER, partsOf, type AttentionShape } from './attentionShape.ts';
import { copyBlock, perTileRow, tiledBegin, tiledConstants } from './attentionTiled.ts';
import { unroll } from './unroll.ts';

/**
 * Gradients of attention for the `parallel` style (FlashAttention-2, arXiv 2307.08691, algorithm 2, as two passes without
 * atomics): rows against blocks of earlier keys, then keys against blocks of later rows.
 */

/** Two blocks at a time lie in shared memory. */
export const gradientBlock = (shape: AttentionShape) => (partsOf(shape) > 16 ? 8 : 16);

/** Gradient of the rotated queries, and delta = dOut · out, which keys and values need. */
export function attentionQueryGradientTiled(shape: AttentionShape): Kernel {
  const { TOGETHER } = tiledConstants(shape, gradientBlock(shape));
  const perScore = (line: (row: number) => string) => unroll(TOGETHER, line);
  const keyRow = (row: string) => `(${row} * GROUPS + head / SHARE)`;
  const code = `${ATTENTION_HEADER}
@group(0) @binding(4) var<storage, read> out: array<vec4f>;
@group(0) @binding(5) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> stats: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> dQkv: array<vec4f>;
var<workgroup> keyTile: array<vec4f, BLOCK * STRIDE>;
var<workgroup> valueTile: array<vec4f, BLOCK * STRIDE>;
var<workgroup> dScores: array<f32, TILE * WEIGHTS>;
var<workgroup> starts: array<u32, TILE>;
var<workgroup> stat: array<vec2f, TILE>;
${tiledBegin('head', 'HEADS')}
  for (var row = thread; row < TILE; row += THREADS) {
    let rowAt = min(firstRow + row, lastRow);
    starts[row] = info[6u + rowAt * 4u];
    var delta = 0.0;
    for (var p = 0u; p < PARTS; p++) {
      delta += dot(dOut[(rowAt * HEADS + head) * PARTS + p], out[(rowAt * HEADS + head) * PARTS + p]);
    }
    stat[row] = vec2f(stats[rowAt * HEADS + head].x, delta);
    if (firstRow + row <= lastRow) { stats[rowAt * HEADS + head].y = delta; }
  }
  ${perTileRow((r) => `var sum${r} = vec4f();`)}
  var at = info[6u + firstRow * 4u];
  while (at <= lastRow) {
    let end = min(min(at + BLOCK, info[7u + at * 4u]), lastRow + 1u);
    ${copyBlock('keyTile', 'keys', keyRow)}
    ${copyBlock('valueTile', 'values', keyRow)}
    workgroupBarrier();
    for (var task = thread; task < TILE / TOGETHER * BLOCK; task += THREADS) {
      let key = task % BLOCK;
      let first = task / BLOCK * TOGETHER;
      ${perScore((r) => `let row${r} = min(firstRow + first + ${r}u, lastRow); var score${r} = 0.0; var dWeight${r} = 0.0;`)}
      for (var p = 0u; p < PARTS; p++) {
        let k = keyTile[key * STRIDE + p];
        let v = valueTile[key * STRIDE + p];
        ${perScore((r) => `score${r} += dot(qkv[(row${r} * ALL_HEADS + head) * PARTS + p], k); dWeight${r} += dot(dOut[(row${r} * HEADS + head) * PARTS + p], v);`)}
      }
      ${perScore(
        (r) => `{
        let ofRow = stat[first + ${r}u];
        let dScore = exp(score${r} * SCALE - ofRow.x) * (dWeight${r} - ofRow.y) * SCALE;
        dScores[(first + ${r}u) * WEIGHTS + key] = select(0.0, dScore, starts[first + ${r}u] <= at && at + key <= firstRow + first + ${r}u);
      }`,
      )}
    }
    workgroupBarrier();
    for (var key = 0u; key < BLOCK; key++) {
      let k = keyTile[key * STRIDE + part];
      ${perTileRow((r) => `sum${r} += dScores[(mine + ${r}u) * WEIGHTS + key] * k;`)}
    }
    workgroupBarrier();
    at = end;
  }
  ${perTileRow(
    (r) => `if (firstRow + mine + ${r}u <= lastRow) {
    dQkv[((firstRow + mine + ${r}u) * ALL_HEADS + head) * PARTS + part] = sum${r};
  }`,
  )}
}`;
  return { name: 'attentionQueryGradientTiled', code };
}

/** Gradient of the rotated keys and the values: head by head of the group, later rows in order. */
export function attentionKeyValueGradientTiled(shape: AttentionShape): Kernel {
  const { TOGETHER } = tiledConstants(shape, gradientBlock(shape));
  const perScore = (line: (row: number) => string) => unroll(TOGETHER, line);
  const code = `${ATTENTION_HEADER}
@group(0) @binding(4) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(5) var<storage, read> stats: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> dQkv: array<vec4f>;
var<workgroup> queryTile: array<vec4f, BLOCK * STRIDE>;
var<workgroup> dOutTile: array<vec4f, BLOCK * STRIDE>;
var<workgroup> weights: array<f32, TILE * WEIGHTS>;
var<workgroup> dScores: array<f32, TILE * WEIGHTS>;
var<workgroup> ends: array<u32, TILE>;
var<workgroup> stat: array<vec2f, BLOCK>;
${tiledBegin('group', 'GROUPS')}
  for (var row = thread; row < TILE; row += THREADS) { ends[row] = info[7u + min(firstRow + row, lastRow) * 4u]; }
  ${perTileRow((r) => `var dKey${r} = vec4f(); var dValue${r} = vec4f();`)}
  let lastEnd = info[7u + lastRow * 4u];
  for (var head = group * SHARE; head < (group + 1u) * SHARE; head++) {
    for (var at = firstRow; at < lastEnd; at += BLOCK) {
      let end = min(at + BLOCK, lastEnd);
      ${copyBlock('queryTile', 'qkv', (row) => `(${row} * ALL_HEADS + head)`)}
      ${copyBlock('dOutTile', 'dOut', (row) => `(${row} * HEADS + head)`)}
      for (var row = thread; row < BLOCK; row += THREADS) { stat[row] = stats[min(at + row, end - 1u) * HEADS + head]; }
      workgroupBarrier();
      for (var task = thread; task < TILE / TOGETHER * BLOCK; task += THREADS) {
        let row = task % BLOCK;
        let first = task / BLOCK * TOGETHER;
        ${perScore((r) => `let keyAt${r} = (min(firstRow + first + ${r}u, lastRow) * GROUPS + group) * PARTS; var score${r} = 0.0; var dWeight${r} = 0.0;`)}
        for (var p = 0u; p < PARTS; p++) {
          let q = queryTile[row * STRIDE + p];
          let d = dOutTile[row * STRIDE + p];
          ${perScore((r) => `score${r} += dot(q, keys[keyAt${r} + p]); dWeight${r} += dot(d, values[keyAt${r} + p]);`)}
        }
        ${perScore(
          (r) => `{
          let isSeen = at + row >= firstRow + first + ${r}u && at + row < min(ends[first + ${r}u], end);
          let weight = select(0.0, exp(score${r} * SCALE - stat[row].x), isSeen);
          weights[(first + ${r}u) * WEIGHTS + row] = weight;
          dScores[(first + ${r}u) * WEIGHTS + row] = weight * (dWeight${r} - stat[row].y) * SCALE;
        }`,
        )}
      }
      workgroupBarrier();
      for (var row = 0u; row < BLOCK; row++) {
        let q = queryTile[row * STRIDE + part];
        let d = dOutTile[row * STRIDE + part];
        ${perTileRow((r) => `dKey${r} += dScores[(mine + ${r}u) * WEIGHTS + row] * q; dValue${r} += weights[(mine + ${r}u) * WEIGHTS + row] * d;`)}
      }
      workgroupBarrier();
    }
  }
  ${perTileRow(
    (r) => `if (firstRow + mine + ${r}u <= lastRow) {
    let toKey = ((firstRow + mine + ${r}u) * ALL_HEADS + HEADS + group) * PARTS + part;
    dQkv[toKey] = dKey${r};
    dQkv[toKey + GROUPS * PARTS] = dValue${r};
  }`,
  )}
}`;
  return { name: 'attentionKeyValueGradientTiled', code };
}

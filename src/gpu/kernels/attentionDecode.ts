import type { Kernel } from '../plan.ts';
import { ATTENTION_HEADER, headsAtOnce, partsOf, type AttentionShape } from './attentionShape.ts';
import { unroll } from './unroll.ts';
import { reductionDirectives, workgroupReduce, type Reduction } from './workgroupReduce.ts';

/**
 * Attention of the decoder for the `parallel` style: a workgroup per row and key/value head, THREADS positions at a time. First
 * a thread per position computes the scores of all heads; then each thread adds up four numbers of a head over every
 * SPLITS-th position, and the splits are added in order.
 */
export const DECODE_THREADS = 128;

/** Query heads of one group that a workgroup serves; more would not fit its shared memory. */
const HEAD_LIMIT = 16;
export const decodeHeads = (shape: AttentionShape) => headsAtOnce(shape, HEAD_LIMIT);

export function attentionDecode(shape: AttentionShape, reduction: Reduction): Kernel {
  const heads = decodeHeads(shape);
  const perHead = (line: (head: number) => string) => unroll(heads, line);
  /** Of all threads together, four numbers each. */
  const sums = heads * partsOf(shape);
  const perSum = (line: (index: number) => string) => unroll(Math.ceil(sums / DECODE_THREADS), line);
  const code = `${reductionDirectives(reduction)}${ATTENTION_HEADER}
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> stats: array<vec2f>;
${workgroupReduce('Max', reduction)}

const SUMS = AT_ONCE * PARTS;
const SPLITS = max(1u, THREADS / SUMS);
var<workgroup> weights: array<f32, AT_ONCE * THREADS>;
var<workgroup> splitSums: array<vec4f, THREADS>;
var<workgroup> splitTotals: array<f32, THREADS>;
var<workgroup> largest: array<f32, AT_ONCE>;
var<workgroup> shrinks: array<f32, AT_ONCE>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32
) {
  let index = id.y * groups.x + id.x;
  let row = index / (HEADS / AT_ONCE);
  if (row >= info[0]) { return; }
  let firstHead = index % (HEADS / AT_ONCE) * AT_ONCE;
  let group = firstHead / SHARE;
  let start = info[6u + row * 4u];
  let count = info[5u + row * 4u] + 1u;
  let queryAt = (row * ALL_HEADS + firstHead) * PARTS;
  let split = thread / SUMS;
  ${perHead((h) => `var largest${h} = -1e30;`)}
  ${perSum((s) => `let place${s} = thread % SUMS + ${s}u * THREADS; let head${s} = min(place${s} / PARTS, AT_ONCE - 1u); var sum${s} = vec4f(); var total${s} = 0.0;`)}
  for (var first = 0u; first < count; first += THREADS) {
    let length = min(THREADS, count - first);
    let isUsed = thread < length;
    let keyAt = ((start + first + min(thread, length - 1u)) * GROUPS + group) * PARTS;
    ${perHead((h) => `var score${h} = 0.0;`)}
    for (var p = 0u; p < PARTS; p++) {
      let k = keys[keyAt + p];
      ${perHead((h) => `score${h} += dot(qkv[queryAt + ${h}u * PARTS + p], k);`)}
    }
    ${perHead(
      (h) => `
    score${h} = select(-1e30, score${h} * SCALE, isUsed);
    let before${h} = largest${h};
    largest${h} = max(before${h}, workgroupMax(score${h}, thread));
    weights[${h}u * THREADS + thread] = select(0.0, exp(score${h} - largest${h}), isUsed);`,
    )}
    if (thread == 0u) {
      ${perHead((h) => `largest[${h}] = largest${h}; shrinks[${h}] = exp(before${h} - largest${h});`)}
    }
    workgroupBarrier();
    ${perSum((s) => `sum${s} *= shrinks[head${s}]; total${s} *= shrinks[head${s}];`)}
    for (var at = split; at < length; at += SPLITS) {
      let valueAt = ((start + first + at) * GROUPS + group) * PARTS;
      ${perSum(
        (s) => `{
        let weight = weights[head${s} * THREADS + at];
        sum${s} += weight * values[valueAt + place${s} % PARTS];
        total${s} += weight;
      }`,
      )}
    }
    workgroupBarrier();
  }
  if (SPLITS > 1u) {
    splitSums[thread] = sum0;
    splitTotals[thread] = total0;
    workgroupBarrier();
    if (split == 0u) {
      for (var other = 1u; other < SPLITS; other++) {
        sum0 += splitSums[other * SUMS + thread];
        total0 += splitTotals[other * SUMS + thread];
      }
    }
  }
  if (split > 0u) { return; }
  let outAt = row * HEADS + firstHead;
  ${perSum(
    (s) => `if (place${s} < SUMS) {
    out[outAt * PARTS + place${s}] = sum${s} / total${s};
    if (place${s} % PARTS == 0u) { stats[outAt + head${s}].x = largest[head${s}] + log(total${s}); }
  }`,
  )}
}`;
  return { name: 'attentionDecode', code };
}

import type { Kernel } from '../plan.ts';
import { fourTerms, preamble, type Phase, type Product } from './matmulProduct.ts';
import { unroll } from './unroll.ts';
import { FOURS_PER_GROUP } from './weightLoader.ts';

/**
 * Products with few rows for the `parallel` style, as in decoding: 32 threads share four outputs. Thread t takes the fours
 * t, t + 32, … of i, so that neighbours read neighbouring weights; the partial sums are added pairwise, in one fixed order.
 * A row's bits do not depend on the number of rows, but they differ from those of the other kernels by rounding (≤ 1e-5 of
 * the largest output in float32), so that a plan must use one kind for all row counts. Further phases follow in one thread.
 */
export interface SplitTile {
  readonly kind: 'split';
  /** Rows that a workgroup computes: it reads the weights once for all of them. */
  readonly rows: number;
}

const LANES = 32;
/** Outputs that 32 threads share, and how many such groups make up a workgroup. */
export const SPLIT_COLUMNS = 4;
export const SPLIT_GROUPS = 2;
const THREADS = LANES * SPLIT_GROUPS;

export function splitKernel(product: Product, { rows }: SplitTile): Kernel {
  const [main, ...rest] = product.phases;
  if (!main) throw new Error(`the product ${product.name} sums nothing`);
  const sums = (line: (row: number, column: number) => string) =>
    unroll(rows, (row) => unroll(SPLIT_COLUMNS, (column) => line(row, column), ' '));
  const partial = (row: number, column: number) => `partial[${(row * SPLIT_COLUMNS + column) * THREADS}u + thread]`;
  const code = `
${preamble(product, SPLIT_COLUMNS)}
var<workgroup> partial: array<f32, ${rows * SPLIT_COLUMNS * THREADS}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let rows = rowCount();
  let m = group.y * ${rows}u;
  if (m >= rows) { return; }
  let span = spanOf(group.x * ${SPLIT_GROUPS}u + thread / ${LANES}u);
  let lane = thread % ${LANES}u;
  ${unroll(rows, (row) => `let m${row} = min(m + ${row}u, rows - 1u);`)}
  ${unroll(SPLIT_COLUMNS, (column) => `let n${column} = min(span.first + ${column}u, span.end - 1u);`)}
  ${sums((row, column) => `var s${row}_${column} = 0.0;`)}
  for (var i = lane; i < ${main.steps}; i += ${LANES}u) {
    ${unroll(SPLIT_COLUMNS, (column) => `let w${column} = ${rightOf(main, `n${column}`, 'i')};`)}
    ${unroll(
      rows,
      (row) => `{
      let x = ${main.left(`m${row}`, 'i')};
      ${unroll(SPLIT_COLUMNS, (column) => `s${row}_${column} = ${fourTerms(`s${row}_${column}`, 'x', `w${column}`)};`)}
    }`,
    )}
  }
  ${sums((row, column) => `${partial(row, column)} = s${row}_${column};`)}
  for (var stride = ${LANES / 2}u; stride > 0u; stride /= 2u) {
    workgroupBarrier();
    if (lane < stride) {
      for (var at = thread; at < ${rows * SPLIT_COLUMNS * THREADS}u; at += ${THREADS}u) { partial[at] += partial[at + stride]; }
    }
  }
  workgroupBarrier();
  for (var output = lane; output < ${rows * SPLIT_COLUMNS}u; output += ${LANES}u) {
    let row = m + output / ${SPLIT_COLUMNS}u;
    let column = span.first + output % ${SPLIT_COLUMNS}u;
    if (row < rows && column < span.end) {
      var sum = partial[output * ${THREADS}u + thread - lane];
      ${rest.map((phase) => `for (var i = 0u; i < ${phase.steps}; i++) { ${restTerm(phase)} }`).join('\n')}
      store(row, column, sum);
    }
  }
}`;
  return { name: `${product.name}Split`, code };
}

function restTerm(phase: Phase): string {
  return `let x = ${phase.left('row', 'i')}; let w = ${rightOf(phase, 'column', 'i')}; sum = ${fourTerms('sum', 'x', 'w')};`;
}

function rightOf({ right }: Phase, column: string, step: string): string {
  if (right.kind === 'blocks') throw new Error('a split product reads its right factor by rows');
  const four = right.at(column, step);
  return right.scale ? `(${four} * ${right.scale(column, `${step} / ${FOURS_PER_GROUP}u`)})` : four;
}

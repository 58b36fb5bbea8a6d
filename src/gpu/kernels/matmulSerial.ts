import type { Kernel } from '../plan.ts';
import { fourTerms, preamble, type Phase, type Product } from './matmulProduct.ts';
import { threadsOf, type Neighbours } from './neighbours.ts';
import { unroll } from './unroll.ts';
import { FOURS_PER_GROUP } from './weightLoader.ts';

/**
 * Products for the `serial` style: a thread keeps a tile of sums in registers. Neighbours stand side by side and compute the
 * same rows; a quad shares the rows that it reads.
 */
export interface SerialTile {
  readonly kind: 'serial';
  readonly neighbours: Neighbours;
  /** Rows that a thread reads, and columns that it computes; a multiple of 4. */
  readonly rows: number;
  readonly columns: number;
}

const SWAPS = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'];

export function serialKernel(product: Product, { neighbours, rows, columns }: SerialTile): Kernel {
  const threads = threadsOf(neighbours);
  const lanes = neighbours === 'quad' ? 4 : 1;
  const sums = (line: (lane: number, row: number, column: number) => string) =>
    unroll(lanes, (lane) => unroll(rows, (row) => unroll(columns, (column) => line(lane, row, column), ' ')));
  /** A swap with lane ^ 1, ^ 2 or ^ 3 brings that lane's rows. */
  const firstRow = (lane: number) => (lanes === 4 ? `m + (lane ^ ${lane}u) * ${rows}u` : 'm');
  const code = `${lanes === 4 ? 'enable subgroups;' : ''}
${preamble(product, threads * columns)}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rowCount();
  let m = group.y * ${lanes * rows}u;
  if (m >= rows) { return; }
  let span = spanOf(group.x);
  ${unroll(rows, (row) => `let m${row} = min(${firstRow(0)} + ${row}u, rows - 1u);`)}
  let n = span.first + lane * ${columns}u;
  ${unroll(columns, (column) => `let n${column} = min(n + ${column}u, span.end - 1u);`)}
  ${sums((lane, row, column) => `var s${lane}_${row}_${column} = startOf(min(${firstRow(lane)} + ${row}u, rows - 1u), n${column});`)}
  ${product.phases.map((phase) => phaseCode(phase, lanes, rows, columns)).join('\n')}
  if (n >= span.end) { return; }
  // Columns past the end were computed as the last one: storing that again is cheaper than a branch for each.
  ${unroll(lanes, (lane) =>
    unroll(
      rows,
      (row) => `if (${firstRow(lane)} + ${row}u < rows) {
    ${unroll(columns, (column) => `store(${firstRow(lane)} + ${row}u, n${column}, s${lane}_${row}_${column});`)}
  }`,
    ),
  )}
}`;
  return { name: product.name, code };
}

function phaseCode(phase: Phase, lanes: number, rows: number, columns: number): string {
  const { right, steps } = phase;
  const multiply = unroll(
    rows,
    (row) => `{
      let x0 = ${phase.left(`m${row}`, 'i')};
      ${unroll(lanes - 1, (swap) => `let x${swap + 1} = ${SWAPS[swap + 1]}(x0);`, ' ')}
      ${unroll(lanes, (lane) =>
        unroll(columns, (column) => {
          const sum = `s${lane}_${row}_${column}`;
          return `${sum} = ${fourTerms(sum, `x${lane}`, `w${column}`)};`;
        }),
      )}
    }`,
  );
  if (right.kind === 'blocks') {
    return `
  for (var i = 0u; i < ${steps}; i++) {
    ${unroll(columns / 4, (block) => `let q${block} = ${right.at(`(n${4 * block} / 4u)`, 'i')};`)}
    ${unroll(columns, (column) => `let w${column} = q${column >> 2}[${column & 3}];`, ' ')}
    ${multiply}
  }`;
  }
  const { scale } = right;
  if (!scale) {
    return `
  for (var i = 0u; i < ${steps}; i++) {
    ${unroll(columns, (column) => `let w${column} = ${right.at(`n${column}`, 'i')};`)}
    ${multiply}
  }`;
  }
  return `
  for (var first = 0u; first < ${steps}; first += ${FOURS_PER_GROUP}u) {
    ${unroll(columns, (column) => `let d${column} = ${scale(`n${column}`, `first / ${FOURS_PER_GROUP}u`)};`)}
    let end = min(first + ${FOURS_PER_GROUP}u, ${steps});
    for (var i = first; i < end; i++) {
      ${unroll(columns, (column) => `let w${column} = ${right.at(`n${column}`, 'i')} * d${column};`)}
      ${multiply}
    }
  }`;
}

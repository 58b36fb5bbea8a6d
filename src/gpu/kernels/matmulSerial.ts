import type { Kernel } from '../plan.ts';
import { fourTerms, preamble, type Phase, type Product } from './matmulProduct.ts';
import { sharersOf, threadsOf, type Neighbours } from './neighbours.ts';
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
  const lanes = sharersOf(neighbours);
  const [ownRows, fours] = [lanes * rows, columns / 4];
  // A swap with lane ^ 1, ^ 2 or ^ 3 brings that lane's rows.
  const rowAt = lanes === 4 ? `m + (lane ^ (at / ${rows}u)) * ${rows}u + at % ${rows}u` : 'm + at';
  const perFour = (line: (four: number) => string) => unroll(fours, line);
  const code = `${lanes === 4 ? 'enable subgroups;' : ''}
${preamble(product, threads * columns)}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = rowCount();
  let m = group.y * ${ownRows}u;
  if (m >= rows) { return; }
  let span = spanOf(group.x);
  ${unroll(rows, (row) => `let m${row} = min(m + ${lanes === 4 ? `lane * ${rows}u + ` : ''}${row}u, rows - 1u);`)}
  let n = span.first + lane * ${columns}u;
  ${unroll(columns, (column) => `let n${column} = min(n + ${column}u, span.end - 1u);`)}
  // Sums are in registers while products are added, and in memory before and after that: unrolled, the loads and stores of
  // all of them would take most of the time of compiling (docs/experiments.md, "Unrolling").
  var sums: array<vec4f, ${ownRows * fours}>;
  for (var at = 0u; at < ${ownRows}u; at++) {
    let row = min(${rowAt}, rows - 1u);
    ${perFour((four) => `sums[${fours}u * at + ${four}u] = vec4f(${unroll(4, (place) => `startOf(row, n${4 * four + place})`, ', ')});`)}
  }
  ${unroll(ownRows, (row) => unroll(columns, (column) => `var ${sumAt(row, column)} = sums[${fours * row + (column >> 2)}][${column & 3}];`, ' '))}
  ${product.phases.map((phase) => phaseCode(phase, lanes, rows, columns)).join('\n')}
  if (n >= span.end) { return; }
  ${unroll(ownRows, (row) => perFour((four) => `sums[${fours * row + four}] = vec4f(${unroll(4, (place) => sumAt(row, 4 * four + place), ', ')});`))}
  for (var at = 0u; at < ${ownRows}u; at++) {
    let row = ${rowAt};
    if (row >= rows) { continue; }
    // Columns past the end were computed as the last one: storing that again is cheaper than a branch for each.
    ${perFour((four) => `let f${four} = sums[${fours}u * at + ${four}u]; ${unroll(4, (place) => `store(row, n${4 * four + place}, f${four}[${place}]);`, ' ')}`)}
  }
}`;
  return { name: product.name, code };
}

const sumAt = (row: number, column: number) => `s${row}_${column}`;

function phaseCode(phase: Phase, lanes: number, rows: number, columns: number): string {
  const { right, steps } = phase;
  const multiply = unroll(
    rows,
    (row) => `{
      let x0 = ${phase.left(`m${row}`, 'i')};
      ${unroll(lanes - 1, (swap) => `let x${swap + 1} = ${SWAPS[swap + 1]}(x0);`, ' ')}
      ${unroll(lanes, (lane) =>
        unroll(columns, (column) => {
          const sum = sumAt(lane * rows + row, column);
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

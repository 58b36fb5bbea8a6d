import type { Kernel } from '../plan.ts';
import { fourTerms, preamble, type Phase, type Product } from './matmulProduct.ts';
import { unroll } from './unroll.ts';
import { FOURS_PER_GROUP } from './weightLoader.ts';

/**
 * Products for the `parallel` style: a workgroup copies 16 inner values of its rows and columns into shared memory, then
 * each thread multiplies `rows × columns` of them. Threads take every `threads`-th row and column, so that neighbours read
 * neighbours. The same terms in the same order as `matmulSerial.ts`: the same bits.
 */
export interface TiledTile {
  readonly kind: 'tiled';
  /** Threads of a workgroup, over columns and over rows. */
  readonly threads: readonly [x: number, y: number];
  /** Sums of one thread. */
  readonly rows: number;
  readonly columns: number;
  /**
   * Rounds both factors to float16 and multiplies four terms in it; sums stay in float32. Needs `shader-f16`. Error up to
   * 4 · 2⁻¹¹ of the largest term of each four, where no product leaves float16's range.
   */
  readonly isHalf: boolean;
}

/** Fours of i that are copied at a time. */
const DEPTH = 4;
/** Of a row in shared memory, in fours: an odd stride keeps neighbours out of each other's banks. */
const STRIDE = DEPTH + 1;

export function tiledKernel(product: Product, { threads: [x, y], rows, columns, isHalf }: TiledTile): Kernel {
  const [tileRows, tileColumns] = [y * rows, x * columns];
  const sums = (line: (row: number, column: number) => string) =>
    unroll(rows, (row) => unroll(columns, (column) => line(row, column), ' '));
  const code = `${isHalf ? 'enable f16;' : ''}
${preamble(product, tileColumns)}
alias Four = ${isHalf ? 'vec4<f16>' : 'vec4f'};
var<workgroup> leftTile: array<Four, ${tileRows * STRIDE}>;
var<workgroup> rightTile: array<Four, ${tileColumns * STRIDE}>;
@compute @workgroup_size(${x * y})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let rows = rowCount();
  let m = group.y * ${tileRows}u;
  if (m >= rows) { return; }
  let span = spanOf(group.x);
  let left = thread / ${x}u;
  let right = thread % ${x}u;
  ${unroll(rows, (row) => `let m${row} = m + left + ${row * y}u;`)}
  ${unroll(columns, (column) => `let n${column} = span.first + right + ${column * x}u;`)}
  ${sums((row, column) => `var s${row}_${column} = startOf(min(m${row}, rows - 1u), min(n${column}, span.end - 1u));`)}
  ${product.phases.map((phase) => phaseCode(phase, x * y, tileRows, tileColumns, multiply())).join('\n')}
  ${unroll(
    rows,
    (row) => `if (m${row} < rows) {
    ${unroll(columns, (column) => `if (n${column} < span.end) { store(m${row}, n${column}, s${row}_${column}); }`)}
  }`,
  )}
}`;
  return { name: `${product.name}Tiled`, code };

  function multiply(): string {
    return `
      ${unroll(columns, (column) => `let w${column} = rightTile[(right + ${column * x}u) * ${STRIDE}u + i];`)}
      ${unroll(
        rows,
        (row) => `{
        let x = leftTile[(left + ${row * y}u) * ${STRIDE}u + i];
        ${unroll(columns, (column) => {
          const sum = `s${row}_${column}`;
          return `${sum} = ${isHalf ? `${sum} + f32(dot(x, w${column}))` : fourTerms(sum, 'x', `w${column}`)};`;
        })}
      }`,
      )}`;
  }
}

/** Copies 16 inner values of all rows and columns, zero past the end, and multiplies them. */
function phaseCode(phase: Phase, threads: number, tileRows: number, tileColumns: number, multiply: string): string {
  const { steps, right } = phase;
  /** Neighbouring threads copy what is neighbouring in memory. */
  const place = (count: number, order: Phase['leftOrder']) =>
    order === 'steps'
      ? `let at = slot / ${DEPTH}u; let step = slot % ${DEPTH}u;`
      : `let at = slot % ${count}u; let step = slot / ${count}u;`;
  const copy = (count: number, order: Phase['leftOrder'], body: string) => `
    for (var slot = thread; slot < ${count * DEPTH}u; slot += ${threads}u) {
      ${place(count, order)}
      let i = first + step;
      ${body}
    }`;
  const copyLeft = copy(
    tileRows,
    phase.leftOrder,
    `var four = vec4f();
      if (i < steps) { four = ${phase.left('min(m + at, rows - 1u)', 'i')}; }
      leftTile[at * ${STRIDE}u + step] = Four(four);`,
  );
  const copyRight =
    right.kind === 'rows'
      ? copy(
          tileColumns,
          'steps',
          `let column = min(span.first + at, span.end - 1u);
      var four = vec4f();
      if (i < steps) { four = ${right.at('column', 'i')}${right.scale ? ` * ${right.scale('column', `i / ${FOURS_PER_GROUP}u`)}` : ''}; }
      rightTile[at * ${STRIDE}u + step] = Four(four);`,
        )
      : copy(
          tileColumns / 4,
          'rows',
          `var four = mat4x4f();
      if (i < steps) { four = ${right.at('min(span.first + 4u * at, span.end - 1u) / 4u', 'i')}; }
      ${unroll(4, (column) => `rightTile[(4u * at + ${column}u) * ${STRIDE}u + step] = Four(four[${column}]);`)}`,
        );
  return `
  {
    let steps = ${steps};
    for (var first = 0u; first < steps; first += ${DEPTH}u) {
      ${copyLeft}
      ${copyRight}
      workgroupBarrier();
      for (var i = 0u; i < ${DEPTH}u; i++) { ${multiply} }
      workgroupBarrier();
    }
  }`;
}

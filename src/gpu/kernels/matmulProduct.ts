import type { Precision } from '../quantise.ts';
import { PRECISIONS } from '../quantise.ts';
import { SHAPE_DECLARATION } from './matmulShape.ts';
import { weightLoader } from './weightLoader.ts';

/**
 * The products of a linear layer. Each is `c[row, column] = Σᵢ left[row, i] · right[column, i]`, read four i at a time, with
 * `i` in ascending order and one `fma` per term: that fixes the bits, whichever kernel computes it (`matmulSerial.ts`,
 * `matmulTiled.ts`). `matmulSplit.ts` adds in another order and says so.
 */
export interface Product {
  readonly name: string;
  /** Tell the variants of the product apart. */
  readonly constants: Readonly<Record<string, number>>;
  readonly bindings: readonly Binding[];
  /**
   * WGSL functions: `rowCount()`, `columnCount()`, `startOf(row, column)` where the sum begins, `store(row, column, sum)`,
   * and what the phases call. Rows and columns beyond the last are never stored; they are read as the last one.
   */
  readonly code: string;
  /** Sums that follow one another in the same registers. */
  readonly phases: readonly Phase[];
  /** Whether columns belong to modules with low-rank factors of their own: then no tile straddles two of them. */
  readonly hasModules: boolean;
}

export interface Binding {
  readonly name: string;
  readonly type: string;
  readonly access: 'read' | 'read_write';
}

/** One sum over i. All members are WGSL expressions; `span.part` is the module that a tile lies in. */
export interface Phase {
  /** How many fours of i. */
  readonly steps: string;
  /** `left[row, 4i … 4i + 3]`, vec4f; zero where i is past the end. */
  left(row: string, step: string): string;
  /** What is consecutive in memory: the fours of a row, or the rows. */
  readonly leftOrder: 'steps' | 'rows';
  readonly right: RightFactor;
}

export type RightFactor =
  /** `right[column, 4i … 4i + 3]`, vec4f; times the scale of its group of 32, where it has one. */
  | {
      readonly kind: 'rows';
      at(column: string, step: string): string;
      readonly scale: ((column: string, group: string) => string) | null;
    }
  /** `right[4b + c, 4i … 4i + 3]` as column c of a mat4x4f, for the four columns of block b. */
  | { readonly kind: 'blocks'; at(block: string, step: string): string };

const read = (name: string, type: string): Binding => ({ name, type, access: 'read' });
const written = (name: string): Binding => ({ name, type: 'array<f32>', access: 'read_write' });
const info = read('info', 'array<u32>');

/** Four scalars from `at` with a stride, zero from the `left`-th on: for rows whose length is no multiple of four. */
const four = (buffer: string, stride = '') =>
  `vec4f(${buffer}[at], ${[1, 2, 3].map((i) => `select(0.0, ${buffer}[at + ${i}u${stride}], left > ${i}u)`).join(', ')})`;

/** Four rows turned into four columns. */
const turned = (rowAt: (index: number) => string) =>
  `transpose(mat4x4f(${[0, 1, 2, 3].map((index) => rowAt(index)).join(', ')}))`;

export interface LinearOptions {
  readonly precision: Precision;
  readonly hasBias: boolean;
  readonly hasResidual: boolean;
  readonly hasLowRank: boolean;
}

/** `y[m, n] = Σ x[m, k] · w[n, k] (+ scale · Σ reduced[m, j] · b[n, j] for adapted rows) (+ bias[n]) (+ residual[m, n])`. */
export function linearProduct({ precision, hasBias, hasResidual, hasLowRank }: LinearOptions): Product {
  const loader = weightLoader(precision);
  const main: Phase = {
    steps: 'shape.inputs / 4u',
    left: (row, step) => `x[${row} * (shape.inputs / 4u) + ${step}]`,
    leftOrder: 'steps',
    right: { kind: 'rows', at: loader.codes, scale: loader.scale },
  };
  const lowRank: Phase = {
    steps: '(shape.rank + 3u) / 4u',
    left: (row, step) => `reducedAt(${row}, span.part, ${step})`,
    leftOrder: 'steps',
    right: { kind: 'rows', at: (column, step) => `factorAt(${column}, ${step})`, scale: null },
  };
  return {
    name: 'linear',
    constants: {
      PRECISION: PRECISIONS.indexOf(precision),
      BIAS: Number(hasBias),
      RESIDUAL: Number(hasResidual),
      LOW_RANK: Number(hasLowRank),
    },
    bindings: [
      info,
      read('x', 'array<vec4f>'),
      ...loader.bindings,
      written('y'),
      ...(hasBias ? [read('bias', 'array<f32>')] : []),
      ...(hasResidual ? [read('residual', 'array<f32>')] : []),
      ...(hasLowRank ? [read('reduced', 'array<f32>'), read('b', 'array<f32>')] : []),
    ],
    code: `${loader.code}
fn rowCount() -> u32 { return info[shape.counter]; }
fn columnCount() -> u32 { return shape.count; }
fn startOf(row: u32, column: u32) -> f32 { return 0.0; }
fn store(row: u32, column: u32, sum: f32) {
  let at = row * shape.outputs + shape.first + column;
  y[at] = sum${hasBias ? ' + bias[shape.first + column]' : ''}${hasResidual ? ' + residual[at]' : ''};
}
${hasLowRank ? LOW_RANK_CODE : ''}`,
    phases: hasLowRank ? [main, lowRank] : [main],
    hasModules: hasLowRank,
  };
}

const LOW_RANK_CODE = `
fn reducedAt(row: u32, part: u32, step: u32) -> vec4f {
  let at = (row * shape.modules + part) * shape.rank + 4u * step;
  let left = shape.rank - 4u * step;
  return select(vec4f(), shape.scale * ${four('reduced')}, row < info[3]);
}
fn factorAt(column: u32, step: u32) -> vec4f {
  let at = (shape.first + column) * shape.rank + 4u * step;
  let left = shape.rank - 4u * step;
  return ${four('b')};
}`;

/** What the right factor of a gradient is read from: weights, or `width` columns of a row-major matrix of float32. */
export type GradientFactor = Precision | 'columns';

export interface InputGradientOptions {
  readonly factor: GradientFactor;
  /** Whether the sum goes on from what is there. */
  readonly adds: boolean;
  readonly hasLowRank: boolean;
}

/** `dx[m, k] (+)= Σ scale · dy[m, n] · w[n, k] (+ Σ dReduced[m, j] · a[j, k] for adapted rows)`. */
export function inputGradientProduct({ factor, adds, hasLowRank }: InputGradientOptions): Product {
  const loader = factor === 'columns' ? null : weightLoader(factor);
  const main: Phase = {
    steps: '(shape.count + 3u) / 4u',
    left: (row, step) => `gradientAt(${row}, ${step})`,
    leftOrder: 'steps',
    right: { kind: 'blocks', at: (block, step) => `weightsAt(${block}, ${step})` },
  };
  const lowRank: Phase = {
    steps: '(shape.modules * shape.rank + 3u) / 4u',
    left: (row, step) => `reducedAt(${row}, ${step})`,
    leftOrder: 'steps',
    right: { kind: 'blocks', at: (block, step) => `factorsAt(${block}, ${step})` },
  };
  return {
    name: 'inputGradient',
    constants: { FACTOR: factorNumber(factor), ADDS: Number(adds), LOW_RANK: Number(hasLowRank) },
    bindings: [
      info,
      read('dy', 'array<f32>'),
      ...(loader?.bindings ?? [read('words', 'array<f32>')]),
      written('dx'),
      ...(hasLowRank ? [read('dReduced', 'array<f32>'), read('a', 'array<vec4f>')] : []),
    ],
    code: `${loader?.code ?? ''}
fn rowCount() -> u32 { return info[shape.counter]; }
fn columnCount() -> u32 { return shape.width; }
fn startOf(row: u32, column: u32) -> f32 {
  return ${adds ? 'dx[row * shape.outStride + shape.outOffset + column]' : '0.0'};
}
fn store(row: u32, column: u32, sum: f32) { dx[row * shape.outStride + shape.outOffset + column] = sum; }
fn gradientAt(row: u32, step: u32) -> vec4f {
  let at = row * shape.outputs + shape.first + 4u * step;
  let left = shape.count - 4u * step;
  return shape.scale * ${four('dy')};
}
fn weightRow(row: u32, block: u32) -> vec4f { return ${weightRow(loader)}; }
fn weightsAt(block: u32, step: u32) -> mat4x4f {
  let last = shape.count - 1u;
  return ${turned((i) => `weightRow(min(4u * step + ${i}u, last), block)`)};
}
${hasLowRank ? INPUT_LOW_RANK_CODE : ''}`,
    phases: hasLowRank ? [main, lowRank] : [main],
    hasModules: false,
  };
}

function weightRow(loader: ReturnType<typeof weightLoader> | null): string {
  if (!loader) return columnsAt('words', '(shape.first + row)');
  const codes = loader.codes('row', 'block');
  return loader.scale ? `${codes} * ${loader.scale('row', '(block / 8u)')}` : codes;
}

/** Four columns of a row-major matrix, from `4 · block` of those that the product sees; the last one again past the end. */
const columnsAt = (buffer: string, row: string) =>
  `vec4f(${[0, 1, 2, 3]
    .map((i) => `${buffer}[${row} * shape.inStride + shape.inOffset + min(4u * block + ${i}u, shape.width - 1u)]`)
    .join(', ')})`;

const INPUT_LOW_RANK_CODE = `
fn reducedAt(row: u32, step: u32) -> vec4f {
  let size = shape.modules * shape.rank;
  let at = row * size + 4u * step;
  let left = size - 4u * step;
  return select(vec4f(), ${four('dReduced')}, row < info[3]);
}
fn factorsAt(block: u32, step: u32) -> mat4x4f {
  let last = shape.modules * shape.rank - 1u;
  return ${turned((i) => `a[min(4u * step + ${i}u, last) * (shape.inputs / 4u) + block]`)};
}`;

/** `dw[n, k] += Σ scale · dy[m, n] · x[m, k]`, rows added in order to the running sum. */
export function weightGradientProduct(factor: 'f32' | 'columns'): Product {
  const row = factor === 'f32' ? 'x[row * (shape.inputs / 4u) + block]' : columnsAt('x', 'row');
  return {
    name: 'weightGradient',
    constants: { FACTOR: factorNumber(factor) },
    bindings: [
      info,
      read('dy', 'array<f32>'),
      read('x', factor === 'f32' ? 'array<vec4f>' : 'array<f32>'),
      written('dw'),
    ],
    code: `
fn rowCount() -> u32 { return shape.count; }
fn columnCount() -> u32 { return shape.width; }
fn startOf(row: u32, column: u32) -> f32 { return dw[shape.outOffset + row * shape.width + column]; }
fn store(row: u32, column: u32, sum: f32) { dw[shape.outOffset + row * shape.width + column] = sum; }
fn gradientsAt(row: u32, step: u32) -> vec4f {
  let at = 4u * step * shape.outputs + shape.first + row;
  let left = info[shape.counter] - 4u * step;
  return shape.scale * ${four('dy', ' * shape.outputs')};
}
fn rowAt(row: u32, block: u32) -> vec4f { return ${row}; }
fn rowsAt(block: u32, step: u32) -> mat4x4f {
  let last = info[shape.counter] - 1u;
  return ${turned((i) => `rowAt(min(4u * step + ${i}u, last), block)`)};
}`,
    phases: [
      {
        steps: '(info[shape.counter] + 3u) / 4u',
        left: (row_, step) => `gradientsAt(${row_}, ${step})`,
        leftOrder: 'rows',
        right: { kind: 'blocks', at: (block, step) => `rowsAt(${block}, ${step})` },
      },
    ],
    hasModules: false,
  };
}

function factorNumber(factor: GradientFactor): number {
  return factor === 'columns' ? PRECISIONS.length : PRECISIONS.indexOf(factor);
}

/** Bindings, sizes and the product's functions: what every kernel of the product begins with. `width`: columns of a tile. */
export function preamble(product: Product, width: number): string {
  const declared = product.bindings.map(
    ({ name, type, access }, at) => `@group(0) @binding(${at + 1}) var<storage, ${access}> ${name}: ${type};`,
  );
  return `${SHAPE_DECLARATION}
@group(0) @binding(0) var<uniform> shape: Shape;
${declared.join('\n')}
${product.code}
/** Columns of a tile, and the module that they belong to. */
struct Span { first: u32, end: u32, part: u32 }
fn spanOf(tile: u32) -> Span {
  ${product.hasModules ? moduleSpan(width) : `return Span(tile * ${width}u, min((tile + 1u) * ${width}u, columnCount()), 0u);`}
}`;
}

/** Tiles are counted module by module. The host counts them likewise (`tileCount` in `linear/dispatch.ts`). */
const moduleSpan = (width: number) => `
  var before = 0u;
  var first = 0u;
  for (var part = 0u; part < shape.modules; part++) {
    let end = clamp(shape.moduleEnds[part], shape.first, shape.first + shape.count) - shape.first;
    let tiles = (end - first + ${width - 1}u) / ${width}u;
    if (tile < before + tiles) {
      let start = first + (tile - before) * ${width}u;
      return Span(start, min(start + ${width}u, end), part);
    }
    before += tiles;
    first = end;
  }
  return Span(shape.count, shape.count, 0u);
`;

/** `sum + x₀w₀ + x₁w₁ + x₂w₂ + x₃w₃`, in this order. */
export function fourTerms(sum: string, x: string, w: string): string {
  return `fma(${x}.w, ${w}.w, fma(${x}.z, ${w}.z, fma(${x}.y, ${w}.y, fma(${x}.x, ${w}.x, ${sum}))))`;
}

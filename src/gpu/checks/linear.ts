import { neighboursOn } from '../kernels/neighbours.ts';
import { recordEmbed, recordEmbedGradient, recordLinear, recordLinearBackward, type LinearWeights } from '../linear.ts';
import {
  SERIAL_TILES,
  SMALL_SHAPE,
  SPLIT_TILES,
  tileName,
  TILED_SHAPES,
  type Tile,
  type TileChoice,
} from '../linear/tiles.ts';
import { Plan } from '../plan.ts';
import { packRows, PRECISIONS, type Precision } from '../quantise.ts';
import type { GpuDevice } from '../device.ts';
import type { CheckBench, KernelCheck, Mutation } from './check.ts';
import { checkInput, checkIntegers } from './inputs.ts';

/** Linear layers and the embedding. Golden numbers and the lists of sizes: `tools/golden/kernels/linear.py`. */

type Sizes = readonly [rows: number, outputs: number, inputs: number];
const PLAIN: readonly Sizes[] = [
  [1, 1, 4],
  [3, 17, 12],
  [17, 3, 64],
  [127, 129, 132],
  [129, 127, 576],
  [1000, 17, 64],
  [17, 1000, 132],
];
/** Of these, for every tile; and for every format. */
const PLAIN_TILES: readonly Sizes[] = [
  [3, 17, 12],
  [129, 127, 576],
];
const PLAIN_STORED: readonly Sizes[] = [...PLAIN_TILES, [17, 1000, 132]];

interface FullCase {
  readonly sizes: Sizes;
  readonly rank: number;
  readonly parts: readonly number[];
  readonly adaptedRows: number;
}
const FULL: readonly FullCase[] = [
  { sizes: [3, 17, 12], rank: 2, parts: [5, 5, 7], adaptedRows: 2 },
  { sizes: [17, 129, 576], rank: 3, parts: [65, 64], adaptedRows: 17 },
  { sizes: [129, 127, 132], rank: 8, parts: [64, 31, 32], adaptedRows: 100 },
  { sizes: [33, 1000, 64], rank: 4, parts: [1000], adaptedRows: 33 },
];
const SCALE = 0.75;
const EMBED: readonly Sizes[] = [
  [1, 1, 4],
  [17, 129, 12],
  [129, 1000, 64],
];

/** Rows of a block: what a device with small bindings would need for weights a thousand times as large. */
const blockRows = (N: number) => (N < 64 ? 8 : N < 512 ? 64 : 512);

const always = (tile: Tile): readonly TileChoice[] => [{ tile, upTo: Infinity }];
const half = TILED_SHAPES.slice(0, 1).map((tile) => ({ ...tile, isHalf: true }));
const eachOf = (choices: readonly TileChoice[]): readonly Tile[] => choices.map(({ tile }) => tile);
const serialTiles = [
  ...new Map(
    Object.values(SERIAL_TILES)
      .flatMap(eachOf)
      .map((tile) => [tileName(tile), tile]),
  ).values(),
];
const orderedTiles = [...serialTiles, SMALL_SHAPE, ...TILED_SHAPES];
const splitTiles = eachOf(SPLIT_TILES);
/** The smallest tile of each kind. What differs between tiles of a kind is tried in fewer cases: they take long to compile. */
const smallTiles: readonly Tile[] = [
  { kind: 'serial', neighbours: 'four', rows: 2, columns: 8 },
  { kind: 'serial', neighbours: 'quad', rows: 1, columns: 8 },
  { kind: 'serial', neighbours: 'eight', rows: 1, columns: 4 },
  SMALL_SHAPE,
];
const usualTiles = [
  ...eachOf(SERIAL_TILES.quad).slice(-1),
  ...eachOf(SERIAL_TILES.eight).slice(-1),
  ...TILED_SHAPES.slice(0, 1),
];

const runs = (tile: Tile) => (gpu: GpuDevice) => {
  if (tile.kind === 'tiled' && tile.isHalf) return gpu.device.features.has('shader-f16');
  return tile.kind !== 'serial' || tile.neighbours !== 'quad' || neighboursOn(gpu.info, gpu.device.features) === 'quad';
};
const kernelOf = (product: string, tile: Tile) =>
  ({ serial: product, tiled: `${product}Tiled`, split: `${product}Split` })[tile.kind];
const sizesOf = (sizes: Sizes) => sizes.join(' × ');

function upload(bench: CheckBench, name: string, precision: Precision, N: number, K: number): LinearWeights {
  const rows = checkInput(name, N * K);
  const blocks = Array.from({ length: Math.ceil(N / blockRows(N)) }, (_, index) => {
    const firstRow = index * blockRows(N);
    const rowCount = Math.min(blockRows(N), N - firstRow);
    const { words, scales } = packRows(precision, rows.subarray(firstRow * K, (firstRow + rowCount) * K), K);
    return { firstRow, rowCount, words: bench.upload(words), scales: scales && bench.upload(scales) };
  });
  return { precision, N, K, blocks, bias: null };
}

/** Blocks one below the other. */
async function readWeights(bench: CheckBench, { blocks }: LinearWeights): Promise<Float32Array> {
  const names = blocks.map(({ firstRow }) => String(firstRow));
  // They are whole buffers: `upload` made them.
  const read = await bench.read(
    Object.fromEntries(blocks.map(({ words }, index) => [names[index], words as GPUBuffer])),
  );
  return Float32Array.from(names.flatMap((name) => [...(read.get(name) ?? [])]));
}

interface PlainCase {
  readonly sizes: Sizes;
  readonly precision: Precision;
  readonly choices: readonly TileChoice[];
  readonly over?: 'rows' | 'draws';
}

async function runPlain(bench: CheckBench, { sizes: [rows, N, K], precision, choices, over = 'rows' }: PlainCase) {
  const y = bench.poisoned(rows * N);
  const plan = new Plan(bench.library);
  recordLinear(plan, {
    info: over === 'rows' ? bench.info({ rows }) : bench.info({ rows: rows + 3, draws: rows }),
    weights: upload(bench, `linear w ${N} ${K}`, precision, N, K),
    over,
    x: bench.upload(checkInput(`linear x ${rows} ${K}`, rows * K)),
    y,
    tiles: () => choices,
  });
  await (over === 'rows' ? bench.runOnce(plan, rows) : bench.runOnce(plan, rows + 3, rows));
  return bench.read({ y });
}

const plainCheck = (tile: Tile, precision: Precision, sizes: Sizes): KernelCheck => ({
  name: `linear ${precision}, ${tileName(tile)}, ${sizesOf(sizes)}`,
  kernels: [kernelOf('linear', tile)],
  golden: `linear ${precision} ${sizes.join(' ')}`,
  tolerance: tile.kind === 'tiled' && tile.isHalf ? 2e-2 : 2e-6,
  isAvailable: runs(tile),
  run: (bench) => runPlain(bench, { sizes, precision, choices: always(tile) }),
});

const plainChecks = [
  ...(['int4', 'int8', 'f16'] as const).flatMap((precision) =>
    [...smallTiles, ...splitTiles.slice(1, 2), ...(precision === 'f16' ? half : [])].flatMap((tile) =>
      PLAIN_STORED.map((sizes) => plainCheck(tile, precision, sizes)),
    ),
  ),
  ...[...orderedTiles, ...splitTiles, ...half].flatMap((tile) =>
    PLAIN_TILES.map((sizes) => plainCheck(tile, 'f32', sizes)),
  ),
];

/** Lists of tiles take turns by the number of rows. */
const choiceChecks = Object.entries({ ...SERIAL_TILES, split: SPLIT_TILES }).flatMap(([name, choices]) =>
  PLAIN.map((sizes): KernelCheck => ({
    name: `linear by rows, ${name}, ${sizesOf(sizes)}`,
    kernels: [...new Set(eachOf(choices).map((tile) => kernelOf('linear', tile)))],
    golden: `linear f32 ${sizes.join(' ')}`,
    tolerance: 2e-6,
    isAvailable: (gpu) => eachOf(choices).every((tile) => runs(tile)(gpu)),
    run: (bench) => runPlain(bench, { sizes, precision: 'f32', choices, over: 'draws' }),
  })),
);

async function runFull(
  bench: CheckBench,
  { sizes: [rows, N, K], rank, parts, adaptedRows }: FullCase,
  precision: Precision,
  tile: Tile,
  isBackward: boolean,
) {
  const name = `linear full ${rows} ${N} ${K}`;
  const input = (part: string, count: number) => bench.upload(checkInput(`${name} ${part}`, count));
  const width = parts.length * rank;
  const factors = { rank, scale: SCALE, parts, a: input('a', width * K), b: input('b', N * rank) };
  const reduced = bench.poisoned(rows * width);
  const weights = { ...upload(bench, `${name} w`, precision, N, K), bias: input('bias', N) };
  const call = { info: bench.info({ rows, adaptedRows }), weights, over: 'rows', tiles: () => always(tile) } as const;
  const x = input('x', rows * K);
  const y = bench.poisoned(rows * N);
  const forward = new Plan(bench.library);
  recordLinear(forward, { ...call, x, y, residual: input('residual', rows * N), lowRank: { factors, reduced } });
  await bench.runOnce(forward, rows);
  if (!isBackward) return bench.read({ y });

  const isTrained = precision === 'f32';
  const [dx, aGradient, bGradient] = [bench.poisoned(rows * K), input('a sum', width * K), input('b sum', N * rank)];
  const weightGradient = isTrained ? upload(bench, `${name} w sum`, 'f32', N, K) : null;
  const biasGradient = isTrained ? input('bias sum', N) : null;
  const backward = new Plan(bench.library);
  recordLinearBackward(backward, {
    ...call,
    x,
    dy: input('dy', rows * N),
    dx,
    weightGradient,
    biasGradient,
    lowRank: { factors, reduced, dReduced: bench.poisoned(rows * width), aGradient, bGradient },
  });
  await bench.runOnce(backward, rows);
  const read = await bench.read({ dx, aGradient, bGradient, ...(biasGradient && { biasGradient }) });
  return weightGradient ? read.set('weightGradient', await readWeights(bench, weightGradient)) : read;
}

const fullChecks = [...smallTiles, ...splitTiles.slice(1, 2)].flatMap((tile) =>
  (['f32', 'int4'] as const).flatMap((precision) =>
    FULL.map((full): KernelCheck => ({
      name: `linear with everything, ${precision}, ${tileName(tile)}, ${sizesOf(full.sizes)}, rank ${full.rank}`,
      kernels: [kernelOf('linear', tile)],
      golden: `linear full ${precision} ${full.sizes.join(' ')}`,
      tolerance: 2e-6,
      isAvailable: runs(tile),
      run: (bench) => runFull(bench, full, precision, tile, false),
    })),
  ),
);

const backwardCases: readonly (readonly [
  tiles: readonly Tile[],
  precisions: readonly Precision[],
  cases: readonly FullCase[],
])[] = [
  [smallTiles, ['f32'], FULL],
  [smallTiles.slice(1), ['f16', 'int8', 'int4'], FULL.slice(0, 2)],
  [usualTiles, ['f32'], FULL.slice(2, 3)],
];
const backwardChecks = backwardCases.flatMap(([tiles, precisions, cases]) =>
  tiles.flatMap((tile) => precisions.flatMap((precision) => cases.map((full) => backwardCheck(full, precision, tile)))),
);

function backwardCheck(full: FullCase, precision: Precision, tile: Tile): KernelCheck {
  const isTrained = precision === 'f32';
  return {
    name: `linear backward, ${precision}, ${tileName(tile)}, ${sizesOf(full.sizes)}, rank ${full.rank}`,
    kernels: [
      kernelOf('inputGradient', tile),
      kernelOf('weightGradient', tile),
      ...(isTrained ? ['biasGradient'] : []),
    ],
    golden: `linear backward ${precision} ${full.sizes.join(' ')}`,
    tolerance: 2e-6,
    isAvailable: runs(tile),
    run: (bench) => runFull(bench, full, precision, tile, true),
  };
}

const embedChecks = PRECISIONS.flatMap((precision) =>
  EMBED.map((sizes): KernelCheck => ({
    name: `embed ${precision}, ${sizesOf(sizes)}`,
    kernels: ['embed'],
    golden: `embed ${precision} ${sizes.join(' ')}`,
    tolerance: 2e-6,
    isAvailable: () => true,
    async run(bench) {
      const [rows, vocabulary, width] = sizes;
      const name = `embed ${sizes.join(' ')}`;
      const tokens = [...checkIntegers(`${name} tokens`, rows, vocabulary)];
      const x = bench.poisoned(rows * width);
      const plan = new Plan(bench.library);
      const info = bench.info({ rows: tokens.map((token) => [token, 0, 0, 0]) });
      recordEmbed(plan, { info, weights: upload(bench, `${name} w`, precision, vocabulary, width), x });
      await bench.runOnce(plan, rows);
      return bench.read({ x });
    },
  })),
);

const embedGradientChecks = EMBED.map((sizes): KernelCheck => ({
  name: `embedGradient, ${sizesOf(sizes)}`,
  kernels: ['embedGradient'],
  golden: `embedGradient ${sizes.join(' ')}`,
  tolerance: 2e-6,
  isAvailable: () => true,
  async run(bench) {
    const [rows, vocabulary, width] = sizes;
    const name = `embed ${sizes.join(' ')}`;
    const tokenUses = bench.upload(usesOf([...checkIntegers(`${name} tokens`, rows, vocabulary)]));
    const weightGradient = upload(bench, `${name} sum`, 'f32', vocabulary, width);
    const dx = bench.upload(checkInput(`${name} dx`, rows * width));
    const plan = new Plan(bench.library);
    recordEmbedGradient(plan, { tokenUses, dx, weightGradient });
    await bench.runOnce(plan, rows);
    return new Map([['gradient', await readWeights(bench, weightGradient)]]);
  },
}));

/** Which rows hold which token, as `kernels/embed.ts` wants it. */
function usesOf(tokens: readonly number[]): Uint32Array {
  const distinct = [...new Set(tokens)];
  const rowsOfToken = distinct.map((token) => [...tokens.keys()].filter((row) => tokens[row] === token));
  let end = 1 + distinct.length * 3;
  const entries = rowsOfToken.flatMap((rows, index) => [distinct[index] ?? 0, end, (end += rows.length)]);
  return Uint32Array.of(distinct.length, ...entries, ...rowsOfToken.flat());
}

/** What has most in it comes first: that is where most mutations show, and the tests try checks of one size in this order. */
export const checks: readonly KernelCheck[] = [
  ...fullChecks,
  ...plainChecks,
  ...choiceChecks,
  ...backwardChecks,
  ...embedChecks,
  ...embedGradientChecks,
];

/** Changes of `kernel`. */
const of = (kernel: string, ...changes: (readonly [from: string, to: string])[]): readonly Mutation[] =>
  changes.map(([from, to]) => ({ kernel, from, to }));

export const mutations: readonly Mutation[] = [
  ...of(
    'linear',
    ['row * shape.outputs + shape.first + column', 'row * shape.outputs + column'],
    ['if (m >= rows)', 'if (m + 1u >= rows)'],
    ['fma(x0.z,', 'fma(-x0.z,'],
    ['quadSwapX', 'quadSwapY'],
    ['bias[shape.first + column]', 'bias[column]'],
    ['row < info[3]', 'row <= info[3]'],
    ['shape.modules + part', 'shape.modules'],
    ['left > 2u', 'left > 1u'],
    ['unpack2x16float(pairs.y)', 'unpack2x16float(pairs.x)'],
    ['+ 128.0;', ';'],
    ['(i & 4u) != 0u', '(i & 4u) == 0u'],
    ['first + 8u', 'first + 7u'],
  ),
  ...of(
    'linearTiled',
    ['fma(x.z,', 'fma(-x.z,'],
    ['i < steps', 'i + 1u < steps'],
    ['shape.first + column;', 'column;'],
    ['tile < before + tiles', 'tile <= before + tiles'],
  ),
  ...of(
    'linearSplit',
    ['fma(x.z,', 'fma(-x.z,'],
    ['stride > 0u', 'stride > 1u'],
    ['span.first + output % 4u', 'output % 4u'],
    ['row < rows && ', ''],
  ),
  ...of(
    'inputGradient',
    ['fma(x0.z,', 'fma(-x0.z,'],
    ['row * shape.outputs + shape.first', 'row * shape.outputs'],
    ['left > 1u', 'left > 0u'],
    ['row < info[3]', 'row <= info[3]'],
    ['shape.outOffset + column', 'column'],
    ['return dx[', 'return 0.0 * dx['],
  ),
  ...of(
    'inputGradientTiled',
    ['fma(x.z,', 'fma(-x.z,'],
    ['left > 1u', 'left > 0u'],
    ['step + 2u, last), block', 'step + 1u, last), block'],
  ),
  ...of(
    'weightGradient',
    ['fma(x0.z,', 'fma(-x0.z,'],
    ['shape.first + row', 'row'],
    ['left > 1u', 'left > 0u'],
    ['return dw[', 'return 0.0 * dw['],
    ['shape.scale *', ''],
  ),
  ...of(
    'weightGradientTiled',
    ['fma(x.z,', 'fma(-x.z,'],
    ['shape.first + row', 'row'],
    ['return dw[', 'return 0.0 * dw['],
  ),
  ...of(
    'biasGradient',
    ['sum +=', 'sum -='],
    ['row < info', 'row + 1u < info'],
    ['var sum = gradient[id.x]', 'var sum = 0.0'],
  ),
  ...of(
    'embed',
    ['token < shape.first ||', ''],
    ['index / width * 4u', 'index / width * 3u'],
    ['index / width >= info[0]', 'index / width + 1u >= info[0]'],
  ),
  ...of(
    'embedGradient',
    ['sum +=', 'sum -='],
    ['var sum = gradient[at]', 'var sum = 0.0'],
    ['uses[entry + 2u]', 'uses[entry + 2u] - 1u'],
  ),
];

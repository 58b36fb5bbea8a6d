import { drawMass, drawToken, drawTop } from '../kernels/draw.ts';
import { Plan } from '../plan.ts';
import { drawShape, drawWords, recordDraw, tileCount, type DrawShape } from '../sampling.ts';
import type { CheckBench, KernelCheck, Mutation } from './check.ts';
import { checkInput, checkIntegers } from './inputs.ts';

/** Drawing tokens. Golden numbers: `tools/golden/kernels/sampling.py`. */

const VOCABULARIES = [1, 3, 17, 127, 129, 1000, 5000] as const;
const DRAWS = 12;
const TEMPERATURES = [1, 0.5, 0, 2] as const;
const TOP_K = [0, 5, 0, 1, 40] as const;
const TOP_P = [1, 0.75, 0.0009765625, 1, 0.9375, 0.5] as const;

/** Both styles, and many tiles that leave a remainder everywhere. What notices most mutations comes first. */
const SHAPES = [
  ...([127, 1000] as const).map(
    (vocabulary) => ['tiles of 52', vocabulary, { threads: 8, runs: 3, tile: 52 }] as const,
  ),
  ...VOCABULARIES.toReversed().map((vocabulary) => ['serial', vocabulary, drawShape('serial', vocabulary)] as const),
  ...([1, 129, 5000] as const).map(
    (vocabulary) => ['parallel', vocabulary, drawShape('parallel', vocabulary)] as const,
  ),
];

export const checks: readonly KernelCheck[] = SHAPES.map(([name, vocabulary, shape]) => ({
  name: `draw of ${vocabulary}, ${name}`,
  kernels: (tileCount(vocabulary, shape) > 1 ? [drawTop, drawMass, drawToken] : [drawToken]).map(
    (kernel) => kernel.name,
  ),
  golden: `draw ${vocabulary}`,
  tolerance: 2e-6,
  isAvailable: () => true,
  run: (bench) => runDraw(bench, vocabulary, shape),
}));

async function runDraw(bench: CheckBench, vocabulary: number, shape: DrawShape) {
  const logits = checkInput(`draw ${vocabulary} logits`, DRAWS * vocabulary).map((value, index) =>
    Math.floor(index / vocabulary) % 2 === 0 ? Math.floor(value * 32) / 4 : value * 8,
  );
  const keys = checkIntegers(`draw ${vocabulary} keys`, DRAWS * 2, 2 ** 32);
  const draws = Array.from({ length: DRAWS }, (_, row) => {
    const temperature = TEMPERATURES[row % TEMPERATURES.length] ?? 1;
    const words = drawWords({
      key: [keys[row * 2] ?? 0, keys[row * 2 + 1] ?? 0],
      counter: row,
      temperature,
      topK: TOP_K[row % TOP_K.length] ?? 0,
      topP: TOP_P[row % TOP_P.length] ?? 1,
    });
    return { row, temperature, words };
  });
  const drawn = bench.poisoned(DRAWS * 4);
  const tiles = bench.poisoned(DRAWS * tileCount(vocabulary, shape) * 5);
  const plan = new Plan(bench.library);
  const info = bench.info({ rows: DRAWS, draws });
  recordDraw(plan, vocabulary, shape, info, bench.upload(logits), { drawn, tiles });
  await bench.runOnce(plan, DRAWS, DRAWS);
  const words = await bench.readIntegers(drawn);
  const floats = new Float32Array(words.buffer);
  const column = (values: Uint32Array | Float32Array, index: number) =>
    Float32Array.from({ length: DRAWS }, (_, row) => values[row * 4 + index] ?? NaN);
  return new Map([
    ['tokens', column(words, 0)],
    ['logProbs', column(floats, 1)],
    ['entropies', column(floats, 2)],
  ]);
}

export const mutations: readonly Mutation[] = [
  { kernel: 'drawTop', from: 'four > highest', to: 'four < highest' },
  { kernel: 'drawTop', from: 'at / TILES * V', to: 'at % TILES * V' },
  { kernel: 'drawTop', from: 'topOf(at % TILES * TILE)', to: 'topOf(0u)' },
  { kernel: 'drawMass', from: 'max(top, tiles', to: 'min(top, tiles' },
  { kernel: 'drawMass', from: 'draw * DRAW + 7u', to: 'draw * DRAW + 6u' },
  { kernel: 'drawMass', from: 'weigh(at % TILES * TILE, TILE)', to: 'weigh(at % TILES * TILE, TILE - 1u)' },
  { kernel: 'drawMass', from: 'tiles[at].product = found.product', to: 'tiles[at].product = -found.product' },
  { kernel: 'drawToken', from: '17u, 29u, 16u, 24u', to: '17u, 29u, 24u, 16u' },
  { kernel: 'drawToken', from: 'top - logitsAt(id)', to: 'logitsAt(id) - top' },
  { kernel: 'drawToken', from: 'four > highest', to: 'four >= highest' },
  { kernel: 'drawToken', from: 'min(begin + length, first + size)', to: 'min(begin + length, V)' },
  { kernel: 'drawToken', from: 'ids > vec4u(bound.x)', to: 'ids >= vec4u(bound.x)' },
  { kernel: 'drawToken', from: 'isLess64(bound, at)', to: 'isLess64(at, bound)' },
  { kernel: 'drawToken', from: 'first += slot * runLength(size)', to: 'first += (slot + 1u) * runLength(size)' },
  { kernel: 'drawToken', from: 'lane < 3u', to: 'lane < 2u' },
  { kernel: 'drawToken', from: '!isGreedy && info[request + 5u] != 0u', to: 'info[request + 5u] != 0u && false' },
  { kernel: 'drawToken', from: 'place.x |= bin << shift', to: 'place.x |= 255u << shift' },
  { kernel: 'drawToken', from: 'LN_2 * (found.product', to: '-LN_2 * (found.product' },
];

import { rope, ropeBackward, swiglu, swigluBackward } from '../../kernels/elementwise.ts';
import { Plan } from '../../plan.ts';
import { recordRope, recordRopeBackward, recordSwiglu, recordSwigluBackward } from '../../sequence.ts';
import type { KernelCheck, Mutation } from '../check.ts';
import { checkInput } from '../inputs.ts';

/** SwiGLU and rotary positions: one kernel for both styles. */

const SWIGLU_SIZES = [
  [1, 4],
  [3, 20],
  [17, 132],
  [129, 1000],
] as const;

/** Gates reach from -8 to 8, where the sigmoid is flat on both sides. */
const gateUpInput = (rows: number, width: number) =>
  checkInput(`swiglu ${rows} ${width}`, rows * 2 * width).map((value) => value * 8);

const swigluChecks = SWIGLU_SIZES.map(([rows, width]): KernelCheck => ({
  name: `swiglu, ${rows} × ${width}`,
  kernels: [swiglu.name],
  golden: `swiglu ${rows} ${width}`,
  tolerance: 1e-6,
  isAvailable: () => true,
  async run(bench) {
    const out = bench.poisoned(rows * width);
    const plan = new Plan(bench.library);
    recordSwiglu(plan, { info: bench.info({ rows }), gateUp: bench.upload(gateUpInput(rows, width)), width, out });
    await bench.runOnce(plan, rows);
    return bench.read({ out });
  },
}));

const swigluBackwardChecks = SWIGLU_SIZES.map(([rows, width]): KernelCheck => ({
  name: `swigluBackward, ${rows} × ${width}`,
  kernels: [swigluBackward.name],
  golden: `swigluBackward ${rows} ${width}`,
  tolerance: 1e-6,
  isAvailable: () => true,
  async run(bench) {
    const dGateUp = bench.poisoned(rows * 2 * width);
    const plan = new Plan(bench.library);
    recordSwigluBackward(plan, {
      info: bench.info({ rows }),
      gateUp: bench.upload(gateUpInput(rows, width)),
      width,
      dOut: bench.upload(checkInput(`swiglu dOut ${rows} ${width}`, rows * width)),
      dGateUp,
    });
    await bench.runOnce(plan, rows);
    return bench.read({ dGateUp });
  },
}));

/** [head size, query heads, key/value heads]. */
const ROPE_SIZES = [
  [4, 1, 1],
  [12, 3, 1],
  [16, 4, 2],
  [64, 9, 3],
  [128, 2, 1],
] as const;
const ROPE_LENGTHS = [1, 17, 3] as const;

const ropeChecks = ROPE_SIZES.map(([headSize, headCount, keyValueHeadCount]): KernelCheck => ({
  name: `rope, ${headSize} × (${headCount} + 2 · ${keyValueHeadCount})`,
  kernels: [rope.name, ropeBackward.name],
  golden: `rope ${headSize} ${headCount} ${keyValueHeadCount}`,
  tolerance: 1e-6,
  isAvailable: () => true,
  async run(bench) {
    const shape = { headSize, headCount, keyValueHeadCount };
    const input = (part: string, count: number) =>
      bench.upload(checkInput(`rope ${headSize} ${headCount} ${keyValueHeadCount} ${part}`, count));
    const rowWords = reversedInCache(ROPE_LENGTHS);
    const rows = rowWords.length;
    const width = (headCount + 2 * keyValueHeadCount) * headSize;
    const info = bench.info({ rows: rowWords });
    const angles = bench.upload(rotaryAngles(headSize, Math.max(...ROPE_LENGTHS)));
    const qkv = input('qkv', rows * width);
    const keys = bench.poisoned(rows * keyValueHeadCount * headSize);
    const values = bench.poisoned(rows * keyValueHeadCount * headSize);
    const dQkv = input('dQkv', rows * width);
    const plan = new Plan(bench.library);
    recordRope(plan, shape, { info, angles, qkv, keys, values });
    recordRopeBackward(plan, shape, { info, angles, dQkv });
    await bench.runOnce(plan, rows);
    return bench.read({ qkv, keys, values, dQkv });
  },
}));

/** The first sequence's cache rows come last. */
function reversedInCache(lengths: readonly number[]) {
  let end = lengths.reduce((sum, length) => sum + length, 0);
  return lengths.flatMap((length) => {
    end -= length;
    return Array.from({ length }, (_, position) => [0, position, end, 0] as const);
  });
}

/** (cos, sin) of each pair [positions, headSize / 2], theta 10,000. */
function rotaryAngles(headSize: number, positions: number): Float32Array {
  const half = headSize / 2;
  return Float32Array.from({ length: positions * headSize }, (_, index) => {
    const pair = Math.floor(index / 2) % half;
    const angle = Math.floor(index / headSize) / 10_000 ** (pair / half);
    return index % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
}

export const checks: readonly KernelCheck[] = [...swigluChecks, ...swigluBackwardChecks, ...ropeChecks];

export const mutations: readonly Mutation[] = [
  { kernel: 'swiglu', from: 'min(-gate', to: 'min(gate' },
  { kernel: 'swiglu', from: 'index + row * (WIDTH / 4u)', to: 'index' },
  { kernel: 'swiglu', from: 'row >= info[0]', to: 'row + 1u >= info[0]' },
  { kernel: 'swigluBackward', from: '(1.0 - sigmoid)', to: '(1.0 + sigmoid)' },
  { kernel: 'swigluBackward', from: 'row >= info[0]', to: 'row + 1u >= info[0]' },
  { kernel: 'swigluBackward', from: '(row + 1u)', to: 'row' },
  { kernel: 'rope', from: 'low * angle.xz - high', to: 'low * angle.xz + high' },
  { kernel: 'rope', from: 'info[6u + row * 4u] + position', to: 'info[6u + row * 4u]' },
  { kernel: 'rope', from: 'head >= HEADS + GROUPS', to: 'head > HEADS + GROUPS' },
  { kernel: 'rope', from: 'row >= info[0]', to: 'row + 1u >= info[0]' },
  { kernel: 'ropeBackward', from: 'high * angle.xz - low', to: 'high * angle.xz + low' },
  { kernel: 'ropeBackward', from: 'const ROTATED = HEADS + GROUPS', to: 'const ROTATED = HEADS' },
  { kernel: 'ropeBackward', from: 'info[5u + row * 4u]', to: 'row' },
];

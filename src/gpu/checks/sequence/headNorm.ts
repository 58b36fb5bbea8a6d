import { headNorm, headNormBackward, headNormGainGradient } from '../../kernels/headNorm.ts';
import { Plan } from '../../plan.ts';
import { recordHeadNorm, recordHeadNormBackward } from '../../sequence.ts';
import type { CheckBench, KernelCheck, Mutation } from '../check.ts';
import { checkInput } from '../inputs.ts';

/** [head size, query heads, key/value heads, rows]. One kernel for both styles. */
const SIZES = [
  [4, 1, 1, 1],
  [12, 3, 1, 17],
  [16, 4, 2, 129],
  [128, 2, 1, 3],
] as const;
const EPSILON = 1e-5;
/** Heads differ in size, down to where epsilon counts. */
const HEAD_SIZES = [1 / 256, 1, 16] as const;

export const checks: readonly KernelCheck[] = SIZES.map((sizes) => ({
  name: `headNorm, ${sizes[3]} × (${sizes[1]} + 2 · ${sizes[2]}) × ${sizes[0]}`,
  kernels: [headNorm.name, headNormBackward.name, headNormGainGradient.name],
  golden: `headNorm ${sizes.join(' ')}`,
  tolerance: 2e-6,
  isAvailable: () => true,
  run: (bench) => run(bench, sizes),
}));

async function run(bench: CheckBench, [headSize, headCount, keyValueHeadCount, rows]: (typeof SIZES)[number]) {
  const shape = { headSize, headCount, keyValueHeadCount };
  const name = `headNorm ${headSize} ${headCount} ${keyValueHeadCount} ${rows}`;
  const input = (part: string, count: number) => checkInput(`${name} ${part}`, count);
  const width = (headCount + 2 * keyValueHeadCount) * headSize;
  const sized = input('x', rows * width).map(
    (value, index) => value * (HEAD_SIZES[Math.floor(index / headSize) % 3] ?? 1),
  );
  const qkv = bench.poisoned(rows * width);
  const inverse = bench.poisoned(rows * (headCount + keyValueHeadCount));
  const dQkv = bench.upload(input('dQkv', rows * width));
  const dGains = bench.upload(input('dGains', 2 * headSize));
  const shared = {
    info: bench.info({ rows }),
    projected: bench.upload(sized),
    gains: bench.upload(input('gains', 2 * headSize).map((value) => value + 1)),
    inverse,
  };
  const plan = new Plan(bench.library);
  recordHeadNorm(plan, shape, { ...shared, qkv, epsilon: EPSILON });
  recordHeadNormBackward(plan, shape, { ...shared, dQkv, gainGradient: dGains });
  await bench.runOnce(plan, rows);
  return bench.read({ qkv, inverse, dQkv, dGains });
}

export const mutations: readonly Mutation[] = [
  { kernel: 'headNorm', from: 'f32(SIZE) + EPSILON', to: 'f32(SIZE)' },
  { kernel: 'headNorm', from: 'head >= NORMED', to: 'head >= HEADS' },
  { kernel: 'headNorm', from: 'select(0u, SIZE4, head >= HEADS)', to: '0u' },
  { kernel: 'headNorm', from: 'row >= info[0]', to: 'row + 1u >= info[0]' },
  { kernel: 'headNormBackward', from: '* scale - projected', to: '* scale + projected' },
  { kernel: 'headNormBackward', from: 'select(0u, SIZE4, head >= HEADS)', to: '0u' },
  { kernel: 'headNormBackward', from: 'products += gains[gain + at] * ', to: 'products += ' },
  { kernel: 'headNormBackward', from: 'row >= info[0]', to: 'row + 1u >= info[0]' },
  { kernel: 'headNormGainGradient', from: 'gradient[feature] += sum;', to: 'gradient[feature] = sum;' },
  { kernel: 'headNormGainGradient', from: 'select(0u, HEADS, isOfKeys)', to: '0u' },
  { kernel: 'headNormGainGradient', from: 'other < THREADS', to: 'other < 2u' },
];

import { Plan } from '../../plan.ts';
import { recordRmsNorm, recordRmsNormBackward } from '../../sequence.ts';
import type { CheckBench, KernelCheck, Mutation } from '../check.ts';
import { checkInput } from '../inputs.ts';
import { isDistinct, VARIANTS, type SequenceVariant } from './variants.ts';

const SIZES = [
  [1, 4],
  [3, 20],
  [17, 132],
  [129, 1000],
] as const;
const EPSILON = 1e-5;
/** Rows differ in size, down to where epsilon counts. */
const ROW_SIZES = [1 / 256, 1, 16] as const;

const KERNELS = {
  serial: ['rmsNorm', 'rmsNormBackward', 'rmsNormGainGradient'],
  parallel: ['rmsNormParallel', 'rmsNormBackwardParallel', 'rmsNormGainGradientParallel'],
};

interface NormCase extends SequenceVariant {
  readonly rows: number;
  readonly width: number;
  readonly over: 'rows' | 'draws';
}

/** The serial kernels use no subgroups. */
const variants = VARIANTS.filter(({ style, usesSubgroups }) => style === 'parallel' || !usesSubgroups);

const cases: readonly NormCase[] = SIZES.flatMap(([rows, width]) =>
  (['rows', 'draws'] as const).flatMap((over) => variants.map((variant) => ({ ...variant, rows, width, over }))),
);

export const checks: readonly KernelCheck[] = cases.map((normCase) => ({
  name: `rmsNorm, ${normCase.rows} × ${normCase.width}, over ${normCase.over}, ${normCase.name}`,
  kernels: KERNELS[normCase.style],
  golden: `rmsNorm ${normCase.rows} ${normCase.width}${normCase.over === 'draws' ? ' drawn' : ''}`,
  tolerance: 2e-6,
  isAvailable: isDistinct(normCase),
  run: (bench) => runNorm(bench, normCase),
}));

async function runNorm(bench: CheckBench, { rows, width, over, style, usesSubgroups }: NormCase) {
  const input = (part: string, count: number) => checkInput(`rmsNorm ${rows} ${width} ${part}`, count);
  // Every other row, last one first.
  const drawn = Array.from({ length: Math.ceil(rows / 2) }, (_, index) => rows - 1 - 2 * index);
  const normed = over === 'draws' ? drawn.length : rows;
  const y = bench.poisoned(normed * width);
  const inverse = bench.poisoned(normed);
  const dx = bench.upload(input('dx', rows * width));
  const dGain = bench.upload(input('dGain', width));
  const shared = {
    info: bench.info({ rows, draws: drawn.map((row) => ({ row, temperature: 1 })) }),
    x: bench.upload(
      input('x', rows * width).map((value, index) => value * (ROW_SIZES[Math.floor(index / width) % 3] ?? 1)),
    ),
    gain: bench.upload(input('gain', width).map((value) => value + 1)),
    inverse,
    width,
    over,
    usesSubgroups,
  };
  const plan = new Plan(bench.library);
  recordRmsNorm(plan, style, { ...shared, epsilon: EPSILON, y });
  const dy = bench.upload(input('dy', normed * width));
  recordRmsNormBackward(plan, style, { ...shared, dy, dx, gainGradient: dGain });
  await bench.runOnce(plan, rows, drawn.length);
  return bench.read({ y, inverse, dx, dGain });
}

/** Both styles spell these alike. */
const inBoth = (name: string, from: string, to: string): readonly Mutation[] => [
  { kernel: name, from, to },
  { kernel: `${name}Parallel`, from, to },
];

export const mutations: readonly Mutation[] = [
  ...inBoth('rmsNorm', 'f32(WIDTH) + EPSILON', 'f32(WIDTH)'),
  ...inBoth('rmsNorm', 'info[info[2] + index * DRAW]', 'info[info[2] + index]'),
  ...inBoth('rmsNorm', '* scale * gain[at]', '* scale / gain[at]'),
  { kernel: 'rmsNorm', from: 'index >= info[GATHER]', to: 'index + 1u >= info[GATHER]' },
  { kernel: 'rmsNormParallel', from: 'index >= info[GATHER]', to: 'index + 1u >= info[GATHER]' },
  ...inBoth('rmsNormBackward', '* scale - x', '* scale + x'),
  ...inBoth('rmsNormBackward', 'products += gain[at] * ', 'products += '),
  ...inBoth('rmsNormBackward', 'dx[row * WIDTH4 + at] +=', 'dx[row * WIDTH4 + at] ='),
  ...inBoth('rmsNormGainGradient', 'inverse[index]', 'inverse[index / 2u]'),
  ...inBoth('rmsNormGainGradient', 'gradient[feature] += sum;', 'gradient[feature] = sum;'),
  ...inBoth('rmsNormGainGradient', 'info[info[2] + index * DRAW]', 'index'),
  { kernel: 'rmsNormParallel', from: 'half > 0u', to: 'half > 1u' },
  { kernel: 'rmsNormGainGradientParallel', from: 'other < SIDE', to: 'other < SIDE - 1u' },
];

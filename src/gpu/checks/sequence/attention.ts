import { Plan } from '../../plan.ts';
import { recordAttention, recordAttentionBackward } from '../../sequence.ts';
import type { CheckBench, KernelCheck, Mutation } from '../check.ts';
import { checkInput } from '../inputs.ts';
import { isDistinct, packedRows, VARIANTS, type SequenceVariant } from './variants.ts';

interface AttentionSize {
  readonly headSize: number;
  readonly headCount: number;
  readonly keyValueHeadCount: number;
}
const sized = (headSize: number, headCount: number, keyValueHeadCount: number): AttentionSize => ({
  headSize,
  headCount,
  keyValueHeadCount,
});

interface TrainCase extends SequenceVariant {
  readonly shape: AttentionSize;
  readonly lengths: readonly number[];
  /** Of queries and keys: scores grow with its square. */
  readonly scale: number;
}

const TRAIN_SIZES = [
  { shape: sized(4, 2, 1), lengths: [1], scale: 2 },
  { shape: sized(12, 3, 3), lengths: [1, 3, 17], scale: 2 },
  { shape: sized(16, 4, 2), lengths: [33, 1, 64, 31], scale: 2 },
  { shape: sized(16, 4, 2), lengths: [33, 1, 64, 31], scale: 64 },
  { shape: sized(16, 2, 2), lengths: [127, 129], scale: 2 },
  { shape: sized(4, 1, 1), lengths: [1000], scale: 2 },
  { shape: sized(8, 5, 1), lengths: [17, 40], scale: 2 },
  { shape: sized(64, 2, 1), lengths: [35, 7], scale: 2 },
  { shape: sized(128, 2, 1), lengths: [3, 37], scale: 2 },
] as const;

const TRAIN_KERNELS = {
  serial: ['attention', 'attentionQueryGradient', 'attentionKeyValueGradient'],
  parallel: ['attentionTiled', 'attentionQueryGradientTiled', 'attentionKeyValueGradientTiled'],
};

const total = (lengths: readonly number[]) => lengths.reduce((sum, length) => sum + length, 0);
const nameOf = ({ headSize, headCount, keyValueHeadCount }: AttentionSize) =>
  `${headSize} ${headCount} ${keyValueHeadCount}`;

/** The tiled kernels use no subgroups; the serial ones take seconds to compile where heads are large: one form will do. */
const trainCases: readonly TrainCase[] = TRAIN_SIZES.flatMap((size) =>
  VARIANTS.filter(({ style, usesSubgroups }) =>
    style === 'parallel' ? !usesSubgroups : usesSubgroups || size.shape.headSize < 64,
  ).map((variant) => ({ ...size, ...variant })),
);

const trainChecks = trainCases.map((trainCase): KernelCheck => {
  const { shape, lengths, scale, style, name } = trainCase;
  const isLarge = scale > 2;
  return {
    name: `attention ${nameOf(shape)}, sequences of ${lengths.join(', ')}${isLarge ? ', large scores' : ''}, ${name}`,
    kernels: TRAIN_KERNELS[style],
    golden: `attention ${nameOf(shape)} ${total(lengths)}${isLarge ? ' large' : ''}`,
    // A score in the thousands is right to 1e-4, and so is the exponential of a difference of two.
    tolerance: isLarge ? 1e-3 : 1e-5,
    isAvailable: isDistinct(trainCase),
    run: (bench) => runTraining(bench, trainCase),
  };
});

async function runTraining(bench: CheckBench, { shape, lengths, scale, style, usesSubgroups }: TrainCase) {
  const { headSize: S, headCount: H, keyValueHeadCount: G } = shape;
  const rows = total(lengths);
  const width = (H + 2 * G) * S;
  const input = (part: string, count: number) => checkInput(`attention ${nameOf(shape)} ${rows} ${part}`, count);
  const qkv = input('qkv', rows * width).map((value, index) => value * (index % width < (H + G) * S ? scale : 1));
  const columns = (from: number, to: number) =>
    bench.upload(qkv.filter((_, index) => index % width >= from * S && index % width < to * S));
  const out = bench.poisoned(rows * H * S);
  const stats = bench.poisoned(rows * H * 2);
  const dQkv = bench.poisoned(rows * width);
  const call = {
    info: bench.info({ rows: packedRows(lengths) }),
    qkv: bench.upload(qkv),
    keys: columns(H, H + G),
    values: columns(H + G, H + 2 * G),
    out,
    stats,
    usesSubgroups,
  };
  const plan = new Plan(bench.library);
  recordAttention(plan, style, shape, call, 'train');
  recordAttentionBackward(plan, style, shape, { ...call, dOut: bench.upload(input('dOut', rows * H * S)), dQkv });
  await bench.runOnce(plan, rows);
  const outputs = await bench.read({ out, stats, dQkv });
  const part = (name: string, isIn: (index: number) => boolean) =>
    (outputs.get(name) ?? new Float32Array()).filter((_, index) => isIn(index));
  const gradient = (from: number, to: number) =>
    part('dQkv', (index) => index % width >= from * S && index % width < to * S);
  return new Map([
    ['out', part('out', () => true)],
    ['logSums', part('stats', (index) => index % 2 === 0)],
    ['deltas', part('stats', (index) => index % 2 === 1)],
    ['dQueries', gradient(0, H)],
    ['dKeys', gradient(H, H + G)],
    ['dValues', gradient(H + G, H + 2 * G)],
  ]);
}

interface DecodeCase extends SequenceVariant {
  readonly shape: AttentionSize;
  /** Slots by the order of their rows, with the positions of these. */
  readonly slots: readonly (readonly [slot: number, positions: readonly number[]])[];
}

const DECODE_SIZES = [
  { shape: sized(4, 2, 1), slots: [[0, [0]]] },
  { shape: sized(12, 3, 3), slots: [[2, [16]], [0, [0, 1, 2]], [1, [129]]] }, // prettier-ignore
  { shape: sized(16, 4, 2), slots: [[1, [126]], [0, [127, 128]], [2, [3]]] }, // prettier-ignore
  { shape: sized(64, 9, 3), slots: [[0, [16]], [1, [140]]] }, // prettier-ignore
  { shape: sized(128, 16, 1), slots: [[1, [130]], [0, [2]]] }, // prettier-ignore
  { shape: sized(4, 1, 1), slots: [[0, [999]]] },
] as const satisfies readonly Pick<DecodeCase, 'shape' | 'slots'>[];

const decodeCases: readonly DecodeCase[] = DECODE_SIZES.flatMap((size) =>
  VARIANTS.filter(({ style, usesSubgroups }) => style === 'parallel' || !usesSubgroups).map((variant) => ({
    ...size,
    ...variant,
  })),
);

const decodeChecks = decodeCases.map((decodeCase): KernelCheck => {
  const { shape, slots, style, name } = decodeCase;
  return {
    name: `attention ${nameOf(shape)}, decoding at ${slots.flatMap(([, positions]) => positions).join(', ')}, ${name}`,
    kernels: [style === 'serial' ? 'attention' : 'attentionDecode'],
    golden: `decode ${nameOf(shape)}`,
    tolerance: 1e-5,
    isAvailable: isDistinct(decodeCase),
    run: (bench) => runDecoding(bench, decodeCase),
  };
});

async function runDecoding(bench: CheckBench, { shape, slots, style, usesSubgroups }: DecodeCase) {
  const { headSize: S, headCount: H, keyValueHeadCount: G } = shape;
  const lengths = new Map(slots.map(([slot, positions]) => [slot, (positions.at(-1) ?? 0) + 1]));
  const startOf = (slot: number) => total([...lengths].filter(([other]) => other < slot).map(([, length]) => length));
  const rows = slots.flatMap(([slot, positions]) => positions.map((at) => [0, at, startOf(slot), 0] as const));
  const cacheRows = total([...lengths.values()]);
  const input = (part: string, count: number) => checkInput(`decode ${nameOf(shape)} ${cacheRows} ${part}`, count);
  const times4 = (value: number) => value * 4;
  const out = bench.poisoned(rows.length * H * S);
  const call = {
    info: bench.info({ rows }),
    qkv: bench.upload(input('qkv', rows.length * (H + 2 * G) * S).map(times4)),
    keys: bench.upload(input('keys', cacheRows * G * S).map(times4)),
    values: bench.upload(input('values', cacheRows * G * S)),
    out,
    stats: bench.poisoned(rows.length * H * 2),
    usesSubgroups,
  };
  const plan = new Plan(bench.library);
  recordAttention(plan, style, shape, call, 'decode');
  await bench.runOnce(plan, rows.length);
  return bench.read({ out });
}

export const checks: readonly KernelCheck[] = [...trainChecks, ...decodeChecks];

export const mutations: readonly Mutation[] = [
  { kernel: 'attention', from: 'let gap = score - largest', to: 'let gap = score + largest' },
  { kernel: 'attention', from: 'at <= here0', to: 'at < here0' },
  { kernel: 'attention', from: '(at * GROUPS + group)', to: '(at * GROUPS)' },
  { kernel: 'attention', from: '+ log(total0_0)', to: '' },
  { kernel: 'attentionQueryGradient', from: '- delta0_0) * SCALE', to: '+ delta0_0) * SCALE' },
  { kernel: 'attentionQueryGradient', from: 'at <= row0;', to: 'at < row0;' },
  { kernel: 'attentionQueryGradient', from: '(at * GROUPS + group)', to: '(at * GROUPS)' },
  { kernel: 'attentionKeyValueGradient', from: '- stat.y) * SCALE', to: '+ stat.y) * SCALE' },
  { kernel: 'attentionKeyValueGradient', from: 'later >= row0', to: 'later > row0' },
  { kernel: 'attentionKeyValueGradient', from: 'let head = firstHead + 0u', to: 'let head = 0u' },
  { kernel: 'attentionTiled', from: 'at + key <= firstRow', to: 'at + key < firstRow' },
  { kernel: 'attentionTiled', from: 'exp(before - most)', to: 'exp(most - before)' },
  { kernel: 'attentionTiled', from: 'starts[first + 0u] <= at', to: 'true' },
  { kernel: 'attentionTiled', from: 'GROUPS + head / SHARE', to: 'GROUPS + head % GROUPS' },
  { kernel: 'attentionQueryGradientTiled', from: '- ofRow.y) * SCALE', to: '+ ofRow.y) * SCALE' },
  { kernel: 'attentionQueryGradientTiled', from: 'at + key <= firstRow', to: 'at + key < firstRow' },
  { kernel: 'attentionQueryGradientTiled', from: 'starts[first + 0u] <= at', to: 'true' },
  { kernel: 'attentionKeyValueGradientTiled', from: '- stat[row].y) * SCALE', to: '+ stat[row].y) * SCALE' },
  { kernel: 'attentionKeyValueGradientTiled', from: 'at + row >= firstRow', to: 'at + row > firstRow' },
  { kernel: 'attentionKeyValueGradientTiled', from: 'min(ends[first + 0u], end)', to: 'end' },
  { kernel: 'attentionDecode', from: 'info[5u + row * 4u] + 1u', to: 'info[5u + row * 4u] + 0u' },
  { kernel: 'attentionDecode', from: 'sum0 *= shrinks[head0]', to: 'sum0 *= 1.0' },
  { kernel: 'attentionDecode', from: 'other < SPLITS', to: 'other < SPLITS - 1u' },
];

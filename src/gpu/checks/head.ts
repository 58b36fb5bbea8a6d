import { recordHeadBackward, recordTokenStats, STAT_WORDS } from '../head.ts';
import { logitGradient } from '../kernels/logitGradient.ts';
import { tokenStats } from '../kernels/tokenStats.ts';
import type { LinearWeights } from '../linear.ts';
import { Plan } from '../plan.ts';
import type { KernelStyle } from '../style.ts';
import type { CheckBench, KernelCheck, Mutation } from './check.ts';
import { checkInput, checkIntegers } from './inputs.ts';

/** The head, from hidden states to statistics and back. Golden numbers: `tools/golden/kernels/head.py`. */

const HIDDEN = 20;
const TEMPERATURES = [1, 0.5, 1.25] as const;

interface HeadCase {
  readonly rows: number;
  readonly vocabulary: number;
  /** Whether policy and base share the head and differ little. */
  readonly isShared: boolean;
  readonly columns: number;
  readonly style: KernelStyle;
}

const APART = [
  [1, 1],
  [3, 3],
  [17, 17],
  [5, 127],
  [33, 129],
  [17, 1000],
] as const;
const SHARED = [
  [33, 129],
  [17, 1000],
] as const;

/** Whole vocabularies, tiles that divide them and tiles that do not. */
const cases: readonly HeadCase[] = [
  ...APART.map(([rows, vocabulary]) => ({ rows, vocabulary, isShared: false })),
  ...SHARED.map(([rows, vocabulary]) => ({ rows, vocabulary, isShared: true })),
].flatMap((size) =>
  [size.vocabulary, 64, 192]
    .filter((columns) => columns <= size.vocabulary)
    .flatMap((columns) => (['serial', 'parallel'] as const).map((style) => ({ ...size, columns, style }))),
);

const headChecks = cases.map((headCase): KernelCheck => {
  const { rows, vocabulary, isShared, columns, style } = headCase;
  return {
    name: `head, ${rows} × ${vocabulary}${isShared ? ', shared' : ''}, tiles of ${columns}, ${style}`,
    kernels: [tokenStats.name, logitGradient.name],
    golden: `head ${rows} ${vocabulary}${isShared ? ' shared' : ''}`,
    // A KL is a small difference of larger numbers: the smaller it is, the fewer of its digits are right.
    tolerance: isShared ? 1e-4 : 1e-5,
    isAvailable: () => true,
    run: (bench) => runHead(bench, headCase),
  };
});

async function runHead(bench: CheckBench, { rows, vocabulary, isShared, columns, style }: HeadCase) {
  const name = `head ${rows} ${vocabulary}`;
  const input = (part: string, count: number) => checkInput(`${name} ${part}`, count);
  const policyHidden = input('policyHidden', rows * HIDDEN).map((value) => value * 2);
  const noise = input('baseHidden', rows * HIDDEN);
  const baseHidden = noise.map((value, index) => (isShared ? (policyHidden[index] ?? 0) + value / 8 : value * 2));
  const headOf = (values: Float32Array) => weightsOf(bench, values, vocabulary);
  const policyHead = headOf(input('policyHead', vocabulary * HIDDEN));
  const headGradient = bench.upload(input('headGradient', vocabulary * HIDDEN));
  const targets = checkIntegers(`${name} targets`, rows, vocabulary);
  const call = {
    style,
    columns,
    info: bench.info({
      rows,
      draws: [...targets].map((token, row) => ({ row, temperature: TEMPERATURES[row % 3] ?? 1, words: [token] })),
    }),
    policyHidden: bench.upload(policyHidden),
    baseHidden: bench.upload(baseHidden),
    policyHead,
    baseHead: isShared ? policyHead : headOf(input('baseHead', vocabulary * HIDDEN)),
    policyTile: bench.poisoned(rows * columns),
    baseTile: bench.poisoned(rows * columns),
    stats: bench.poisoned(rows * STAT_WORDS),
    coefficients: bench.upload(input('coefficients', rows * 4)),
    dHidden: bench.poisoned(rows * HIDDEN),
    headGradient: { ...policyHead, blocks: [{ firstRow: 0, rowCount: vocabulary, words: headGradient, scales: null }] },
  };
  const plan = new Plan(bench.library);
  recordTokenStats(plan, call);
  recordHeadBackward(plan, call);
  await bench.runOnce(plan, rows, rows);
  const { stats, dHidden } = call;
  const outputs = await bench.read({ stats, dHidden, dHead: headGradient });
  const table = outputs.get('stats') ?? new Float32Array();
  outputs.delete('stats');
  const columnsOf = (...indices: readonly number[]) =>
    Float32Array.from({ length: rows * indices.length }, (_, at) => {
      const row = Math.floor(at / indices.length);
      return table[row * STAT_WORDS + (indices[at % indices.length] ?? 0)] ?? NaN;
    });
  ['logProb', 'entropy', 'klToBase', 'klFromBase'].forEach((output, index) => outputs.set(output, columnsOf(index)));
  return outputs.set('logSums', columnsOf(4, 5)).set('baseLogProb', columnsOf(6));
}

function weightsOf(bench: CheckBench, values: Float32Array, vocabulary: number): LinearWeights {
  const block = { firstRow: 0, rowCount: vocabulary, words: bench.upload(values), scales: null };
  return { precision: 'f32', N: vocabulary, K: HIDDEN, blocks: [block], bias: null };
}

export const checks: readonly KernelCheck[] = headChecks;

export const mutations: readonly Mutation[] = [
  { kernel: 'tokenStats', from: 'row >= info[1]', to: 'row + 1u >= info[1]' },
  { kernel: 'tokenStats', from: 'let scale = 1.0 / bitcast<f32>(info[request + 1u])', to: 'let scale = 1.0' },
  { kernel: 'tokenStats', from: 'logits.y - logits.x', to: 'logits.x - logits.y' },
  { kernel: 'tokenStats', from: 'policy[at + goal], base[at + goal]', to: 'policy[at + goal], policy[at + goal]' },
  { kernel: 'tokenStats', from: 'chosen.y - found.top.y - logs.y', to: 'chosen.y - found.top.y' },
  { kernel: 'tokenStats', from: 'stats[to + 8u] = chosen.y', to: 'stats[to + 8u] = chosen.x' },
  { kernel: 'tokenStats', from: 'let shift = old.top - top', to: 'let shift = top - old.top' },
  { kernel: 'tokenStats', from: 'old.own + old.mass.x * shift.x', to: 'old.own' },
  { kernel: 'tokenStats', from: 'shift.x - shift.y, shift.y - shift.x', to: 'shift.y - shift.x, shift.x - shift.y' },
  { kernel: 'tokenStats', from: 'tile.first > 0u', to: 'tile.first > 64u' },
  { kernel: 'tokenStats', from: 'info[request + 2u] - tile.first', to: 'info[request + 2u]' },
  { kernel: 'logitGradient', from: 'isTarget - p', to: 'isTarget + p' },
  { kernel: 'logitGradient', from: 'logPolicy + stats[stat + 1u]', to: 'logPolicy - stats[stat + 1u]' },
  { kernel: 'logitGradient', from: 'tile.first + at % tile.count', to: 'at % tile.count' },
  { kernel: 'logitGradient', from: 'weight.w * (p - exp(logBase))', to: 'weight.w * (exp(logBase) - p)' },
  { kernel: 'logitGradient', from: 'row >= info[1]', to: 'row + 1u >= info[1]' },
];

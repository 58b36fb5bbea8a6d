import { ratiosOf, spreadsOf, type Floor } from './report.ts';
import type { BenchResult } from './runBench.ts';

/** The first that fits. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^agreement|Side$/, ''],
  [/^hostMsPerStep/, 'ms'],
  [/^peakBytes/, 'MB'],
  [/copyGBs$/, 'GB/s'],
  [/^matmul|Gflops$/, 'GFLOP/s'],
  [/decode|prefill|train/, 'tokens/s'],
];

/** For people: every figure with its spread and, for the others, how many times better ours is. */
export function printReport(
  { adapter, model, measurements }: BenchResult,
  { share, floors }: { readonly share: Readonly<Record<string, number | null>>; readonly floors: readonly Floor[] },
): void {
  const spreads = spreadsOf(measurements.samples);
  const ratios = ratiosOf(spreads);
  const line = (...cells: string[]) =>
    console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(40) : cell.padStart(12))).join(''));
  console.log(`\n${model.name} (${model.parameters.toLocaleString('en')} parameters) on ${adapter}\n`);
  line('', 'median', 'min', 'max', 'n', 'ours is');
  for (const [key, { median, min, max, n }] of spreads) {
    const unit = UNITS.find(([pattern]) => pattern.test(key))?.[1] ?? '';
    const scaled = [median, min, max].map((value) => shown(unit === 'MB' ? value / 1e6 : value));
    const ratio = ratios.get(key.replace(/^beside\./, ''));
    line(`${key}${unit && ` [${unit}]`}`, ...scaled, String(n), ratio ? `${shown(ratio.median)} ×` : '');
  }
  for (const [name, value] of Object.entries(share)) {
    line(`share.${name}`, value === null ? '–' : `${(100 * value).toFixed(1)} %`);
  }
  for (const { ratio, atLeast, measured, isMet } of floors) {
    line(`floor ${ratio} ≥ ${atLeast}`, measured === null ? 'not measured' : shown(measured), isMet ? 'met' : 'MISSED');
  }
  for (const [key, why] of Object.entries(measurements.unavailable)) console.log(`${key}: ${why}`);
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

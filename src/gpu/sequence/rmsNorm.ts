import {
  rmsNormBackwardParallel,
  rmsNormBackwardSerial,
  rmsNormGainGradientParallel,
  rmsNormGainGradientSerial,
  rmsNormParallel,
  rmsNormSerial,
} from '../kernels/rmsNorm.ts';
import { reductionConstants } from '../kernels/workgroupReduce.ts';
import type { Plan, Workgroups } from '../plan.ts';
import type { KernelStyle } from '../style.ts';
import { reductionOf, type SubgroupUse } from './subgroups.ts';

/** Rows of a workgroup in the serial style, threads per row in the parallel one. */
const SERIAL_ROWS = 8;
const PARALLEL_THREADS = 64;

interface NormShape extends SubgroupUse {
  readonly info: GPUBuffer;
  /** [R, width]; of them the drawn (or scored) rows are normed where `over` is `draws`. */
  readonly x: GPUBuffer;
  /** [width]. */
  readonly gain: GPUBuffer;
  /** A multiple of 4. */
  readonly width: number;
  readonly over: 'rows' | 'draws';
  /** 1 / root mean square of each row: written by the forward pass, read by the backward pass. */
  readonly inverse: GPUBuffer;
}

export interface NormCall extends NormShape {
  readonly epsilon: number;
  /** [rows or draws, width]. */
  readonly y: GPUBuffer;
}

export interface NormBackwardCall extends NormShape {
  /** [rows or draws, width]. */
  readonly dy: GPUBuffer;
  /** [R, width]; the gradient of x is added. Each row may be drawn once. */
  readonly dx: GPUBuffer;
  /** [width]; the gradient of the gain is added. Null where the gain is frozen. */
  readonly gainGradient: GPUBuffer | null;
}

/** `y = x / sqrt(mean(x²) + epsilon) · gain` (Zhang & Sennrich 2019, eq. 4). */
export function recordRmsNorm(plan: Plan, style: KernelStyle, call: NormCall): void {
  const { info, x, gain, y, inverse, width, epsilon, over } = call;
  const constants = { WIDTH: width, GATHER: gather(over), EPSILON: epsilon };
  const buffers = [info, x, gain, y, inverse];
  if (style === 'serial') {
    plan.add(rmsNormSerial, { ...constants, ROWS: SERIAL_ROWS }, buffers, perRow(over, SERIAL_ROWS));
  } else {
    const reduction = reductionOf(plan, call, PARALLEL_THREADS);
    plan.add(rmsNormParallel(reduction), { ...constants, ...reductionConstants(reduction) }, buffers, perRow(over, 1));
  }
}

/** Gradient of `recordRmsNorm`. */
export function recordRmsNormBackward(plan: Plan, style: KernelStyle, call: NormBackwardCall): void {
  const { info, x, gain, inverse, width, over, dy, dx, gainGradient } = call;
  const constants = { WIDTH: width, GATHER: gather(over) };
  if (gainGradient) {
    const kernel = style === 'serial' ? rmsNormGainGradientSerial : rmsNormGainGradientParallel;
    plan.add(kernel, constants, [info, x, inverse, dy, gainGradient], () => Math.ceil(width / 16));
  }
  const buffers = [info, x, gain, inverse, dy, dx];
  if (style === 'serial') {
    plan.add(rmsNormBackwardSerial, { ...constants, ROWS: SERIAL_ROWS }, buffers, perRow(over, SERIAL_ROWS));
  } else {
    const reduction = reductionOf(plan, call, PARALLEL_THREADS);
    const kernel = rmsNormBackwardParallel(reduction);
    plan.add(kernel, { ...constants, ...reductionConstants(reduction) }, buffers, perRow(over, 1));
  }
}

const gather = (over: 'rows' | 'draws') => (over === 'draws' ? 1 : 0);

const perRow =
  (over: 'rows' | 'draws', rowsAtOnce: number): Workgroups =>
  (rows, draws) =>
    Math.ceil((over === 'draws' ? draws : rows) / rowsAtOnce);

import type { Kernel } from '../plan.ts';
import code from './rmsNorm.wgsl?raw';
import backwardCode from './rmsNormBackward.wgsl?raw';
import backwardParallelCode from './rmsNormBackwardParallel.wgsl?raw';
import gainGradientCode from './rmsNormGainGradient.wgsl?raw';
import gainGradientParallelCode from './rmsNormGainGradientParallel.wgsl?raw';
import parallelCode from './rmsNormParallel.wgsl?raw';
import { reductionDirectives, workgroupReduce, type Reduction } from './workgroupReduce.ts';

/** RMSNorm (Zhang & Sennrich 2019, eq. 4) and its gradients. Constants: WIDTH, GATHER, EPSILON (forward), ROWS (serial). */
export const rmsNormSerial: Kernel = { name: 'rmsNorm', code };
export const rmsNormBackwardSerial: Kernel = { name: 'rmsNormBackward', code: backwardCode };
export const rmsNormGainGradientSerial: Kernel = { name: 'rmsNormGainGradient', code: gainGradientCode };
export const rmsNormGainGradientParallel: Kernel = {
  name: 'rmsNormGainGradientParallel',
  code: gainGradientParallelCode,
};

/** A workgroup per row. */
export const rmsNormParallel = (reduction: Reduction) => withSum('rmsNormParallel', parallelCode, reduction);
export const rmsNormBackwardParallel = (reduction: Reduction) =>
  withSum('rmsNormBackwardParallel', backwardParallelCode, reduction);

function withSum(name: string, body: string, reduction: Reduction): Kernel {
  return { name, code: `${reductionDirectives(reduction)}${workgroupReduce('Sum', reduction)}\n${body}` };
}

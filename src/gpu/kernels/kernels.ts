import type { Kernel } from '../plan.ts';
import embedCode from './embed.wgsl?raw';
import embedGradientCode from './embedGradient.wgsl?raw';
import rmsNormCode from './rmsNorm.wgsl?raw';
import rmsNormBackwardCode from './rmsNormBackward.wgsl?raw';
import rmsNormGainGradientCode from './rmsNormGainGradient.wgsl?raw';
import ropeCode from './rope.wgsl?raw';
import ropeBackwardCode from './ropeBackward.wgsl?raw';
import swigluCode from './swiglu.wgsl?raw';
import swigluBackwardCode from './swigluBackward.wgsl?raw';

/**
 * Every kernel by name. All share one `info` buffer, written once per replay:
 * `[rows, draws, offset of draws, adapted rows]`, then per row `[token, position, kvStart, end of its sequence]`, then per
 * draw (or scored token) eight words: `[row, temperature bits, …]`. A scored token goes on with `[target]`, a draw as
 * `drawWords` says (`sampling.ts`). Rows below `adapted rows` use the low-rank adapter, where a plan has one.
 */
export * from './attention.ts';
export * from './matmul.ts';
export const embed: Kernel = { name: 'embed', code: embedCode };
export const embedGradient: Kernel = { name: 'embedGradient', code: embedGradientCode };
export const rmsNorm: Kernel = { name: 'rmsNorm', code: `const ROWS = 32u;\n${rmsNormCode}` };
export const rmsNormBackward: Kernel = { name: 'rmsNormBackward', code: `const ROWS = 32u;\n${rmsNormBackwardCode}` };
export const rmsNormGainGradient: Kernel = { name: 'rmsNormGainGradient', code: rmsNormGainGradientCode };
export const rope: Kernel = { name: 'rope', code: ropeCode };
export const ropeBackward: Kernel = { name: 'ropeBackward', code: ropeBackwardCode };
export const swiglu: Kernel = { name: 'swiglu', code: swigluCode };
export const swigluBackward: Kernel = { name: 'swigluBackward', code: swigluBackwardCode };

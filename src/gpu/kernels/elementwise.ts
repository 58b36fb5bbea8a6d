import type { Kernel } from '../plan.ts';
import ropeCode from './rope.wgsl?raw';
import ropeBackwardCode from './ropeBackward.wgsl?raw';
import swigluCode from './swiglu.wgsl?raw';
import swigluBackwardCode from './swigluBackward.wgsl?raw';

/** Kernels of one thread per element. Constants: HEADS, GROUPS, SIZE of the rotary ones, WIDTH of SwiGLU. */
export const rope: Kernel = { name: 'rope', code: ropeCode };
export const ropeBackward: Kernel = { name: 'ropeBackward', code: ropeBackwardCode };
export const swiglu: Kernel = { name: 'swiglu', code: swigluCode };
export const swigluBackward: Kernel = { name: 'swigluBackward', code: swigluBackwardCode };

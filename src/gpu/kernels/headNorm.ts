import type { Kernel } from '../plan.ts';
import code from './headNorm.wgsl?raw';
import backwardCode from './headNormBackward.wgsl?raw';
import gainGradientCode from './headNormGainGradient.wgsl?raw';

/** RMSNorm of query and key heads (Qwen3) and its gradients. Constants: HEADS, GROUPS, SIZE, EPSILON (forward). */
export const headNorm: Kernel = { name: 'headNorm', code };
export const headNormBackward: Kernel = { name: 'headNormBackward', code: backwardCode };
export const headNormGainGradient: Kernel = { name: 'headNormGainGradient', code: gainGradientCode };

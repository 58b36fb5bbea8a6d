import type { Kernel } from '../plan.ts';
import code from './squaredNorm.wgsl?raw';
import totalCode from './squaredNormTotal.wgsl?raw';

/** The gradient's norm (`optimizer.ts` records it). No constants. */
export const squaredNorm: Kernel = { name: 'squaredNorm', code };
export const squaredNormTotal: Kernel = { name: 'squaredNormTotal', code: totalCode };

import type { Kernel } from '../plan.ts';
import code from './logitGradient.wgsl?raw';

/** The gradient of the statistics (`head.ts` records it). No constants. */
export const logitGradient: Kernel = { name: 'logitGradient', code };

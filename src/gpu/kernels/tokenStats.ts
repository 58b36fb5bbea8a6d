import type { Kernel } from '../plan.ts';
import code from './tokenStats.wgsl?raw';

/** Statistics per scored token (`head.ts` records them). Constant: THREADS. */
export const tokenStats: Kernel = { name: 'tokenStats', code };

import type { Kernel } from '../plan.ts';
import code from './biasGradient.wgsl?raw';

/** Constants: N outputs, COUNT_AT the index of the row count in `info`. */
export const biasGradient: Kernel = { name: 'biasGradient', code };

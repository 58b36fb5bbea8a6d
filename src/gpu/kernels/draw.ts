import type { Kernel } from '../plan.ts';
import massCode from './drawMass.wgsl?raw';
import tokenCode from './drawToken.wgsl?raw';
import topCode from './drawTop.wgsl?raw';
import weightsCode from './drawWeights.wgsl?raw';

/** Drawing tokens (`sampling.ts` records it). Constants: V, TILE, THREADS. */
export const drawTop: Kernel = { name: 'drawTop', code: `${weightsCode}\n${topCode}` };
export const drawMass: Kernel = { name: 'drawMass', code: `${weightsCode}\n${massCode}` };
export const drawToken: Kernel = { name: 'drawToken', code: `${weightsCode}\n${tokenCode}` };

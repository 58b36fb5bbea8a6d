import type { Kernel } from '../plan.ts';
import code from './adamW.wgsl?raw';

/** No constants (`optimizer.ts` records it). */
export const adamW: Kernel = { name: 'adamW', code };

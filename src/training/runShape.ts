import type { Engine } from '../policy/engine.ts';
import type { RunShape } from '../policy/memoryEstimate.ts';
import type { RunConfig } from '../record/runConfig.ts';
import { slotsNeeded } from './collect.ts';

/** What a run opens on an engine: what it needs, as far as memory allows. The estimate and the run read this. */
export function runShape(config: RunConfig, engine: Pick<Engine, 'config' | 'slotLimit'>): RunShape {
  return {
    precision: config.basePrecision,
    rank: config.adaptation === 'lora' ? config.loraRank : null,
    slotCount: Math.min(slotsNeeded(config), engine.slotLimit),
    tokenLimit: Math.max(config.tokensPerMicroBatch, engine.config.contextLength),
  };
}

import type { Engine } from '../policy/engine.ts';
import type { FrozenShape, RunShape } from '../policy/memoryEstimate.ts';
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

/** Dialogues at once that a second model speaks in: as many as keep a batch full. */
const SPOKEN_AT_ONCE = 64;

/** The same of the model that acts for seats, where it is another one. A dialogue waits for one of its words at a time. */
export function agentShape(
  { basePrecision, episodesPerUpdate }: Pick<RunConfig, 'basePrecision' | 'episodesPerUpdate'>,
  { slotLimit }: Pick<Engine, 'slotLimit'>,
): FrozenShape {
  return { precision: basePrecision, slotCount: Math.min(slotLimit, SPOKEN_AT_ONCE, episodesPerUpdate) };
}

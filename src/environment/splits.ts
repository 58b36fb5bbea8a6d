import { hash32 } from '../base/hash.ts';
import type { Split } from '../record/scenario.ts';

/** 60 / 20 / 20 by a stable hash of the situation, so that every corpus and every run agree on what is held out. */
export function splitOf(canonicalId: string): Split {
  const bucket = hash32(canonicalId) % 10;
  return bucket < 6 ? 'train' : bucket < 8 ? 'validation' : 'test';
}

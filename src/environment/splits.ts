import { hash32 } from '../base/hash.ts';
import type { Split } from '../record/scenario.ts';

/** 60 / 20 / 20 by a stable hash of the situation, so that every corpus and every run agree on what is held out. */
export function splitOf(canonicalId: string): Split {
  const bucket = hash32(canonicalId) % 10;
  return bucket < 6 ? 'train' : bucket < 8 ? 'validation' : 'test';
}

/** Lists the scenarios of a split when they are first asked for, and only once. */
export function oncePerSplit<S>(list: (split: Split) => readonly S[]): (split: Split) => readonly S[] {
  const listed = new Map<Split, readonly S[]>();
  return (split) => {
    const known = listed.get(split) ?? list(split);
    listed.set(split, known);
    return known;
  };
}

import type { CheckpointManifest } from '../record/checkpoint.ts';

/** Of each run, this many of the newest checkpoints stay. */
export const NEWEST_KEPT = 3;

/** Newest first. Two checkpoints of the same millisecond are ordered by how far they got. */
export function newestFirst(manifests: readonly CheckpointManifest[]): CheckpointManifest[] {
  return manifests.toSorted((a, b) => b.createdAtMs - a.createdAtMs || b.updatesDone - a.updatesDone);
}

/** The checkpoints of one run that may go: not among the newest, not the best, not kept by the user. */
export function expendable(manifests: readonly CheckpointManifest[]): CheckpointManifest[] {
  const sorted = newestFirst(manifests);
  const best = sorted.reduce<CheckpointManifest | null>((champion, manifest) => {
    if (manifest.score === null) return champion;
    return champion === null || manifest.score > (champion.score ?? -Infinity) ? manifest : champion;
  }, null);
  return sorted.slice(NEWEST_KEPT).filter((manifest) => !manifest.isKept && manifest !== best);
}

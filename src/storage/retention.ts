import type { CheckpointManifest, ListedCheckpoint } from '../record/checkpoint.ts';

/** Of each run, this many of the newest checkpoints stay. */
export const NEWEST_KEPT = 3;

/** Newest first. Two checkpoints of the same millisecond are ordered by how far they got. */
export function newestFirst<Manifest extends CheckpointManifest>(manifests: readonly Manifest[]): Manifest[] {
  return manifests.toSorted((a, b) => b.createdAtMs - a.createdAtMs || b.updatesDone - a.updatesDone);
}

/** The checkpoints of one run as they are shown: newest first, the best one marked. */
export function listed(manifests: readonly CheckpointManifest[]): ListedCheckpoint[] {
  const best = bestOf(manifests);
  return newestFirst(manifests).map((manifest) => ({ ...manifest, isBest: manifest === best }));
}

/**
 * The checkpoint with the highest mean on held-out scenarios. In a run without evaluations it is the one whose last batch
 * earned most. Of equal ones the earliest counts.
 */
export function bestOf(manifests: readonly CheckpointManifest[]): CheckpointManifest | null {
  const measured = manifests.some((manifest) => validationMean(manifest) !== null)
    ? validationMean
    : ({ score }: CheckpointManifest) => score;
  const ranked = manifests
    .flatMap((manifest) => {
      const value = measured(manifest);
      return value === null ? [] : [{ manifest, value }];
    })
    .sort((a, b) => b.value - a.value || a.manifest.updatesDone - b.manifest.updatesDone);
  return ranked[0]?.manifest ?? null;
}

/** Of the evaluation that was made of this very checkpoint; null where there was none. */
export function validationMean({ validation, updatesDone }: CheckpointManifest): number | null {
  return validation?.newest.updatesDone === updatesDone ? validation.newest.points.mean : null;
}

/** The checkpoints of one run that may go: not among the newest, not the best, not kept by the user. */
export function expendable(manifests: readonly CheckpointManifest[]): CheckpointManifest[] {
  const best = bestOf(manifests);
  return newestFirst(manifests)
    .slice(NEWEST_KEPT)
    .filter((manifest) => !manifest.isKept && manifest !== best);
}

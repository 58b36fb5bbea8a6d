import type { Archive, Journals } from '../src/experiments/archive.ts';
import type { Checkpoint, CheckpointStore } from '../src/record/checkpoint.ts';
import { checkpointMissing } from '../src/storage/checkpoints.ts';
import { expendable, listed } from '../src/storage/retention.ts';

/** An archive that is gone with the test. What goes in is copied as a file would. */
export class MemoryArchive implements Archive {
  private readonly lines = new Map<string, string[]>();
  private readonly stores = new Map<string, CheckpointStore>();

  get lineCount(): number {
    return [...this.lines.values()].reduce((sum, { length }) => sum + length, 0);
  }

  readonly journals: Journals = {
    read: async (name) => (this.lines.get(name) ?? []).map((line): unknown => JSON.parse(line)),
    append: async (name, lines) => {
      this.lines.set(name, [...(this.lines.get(name) ?? []), ...lines.map((line) => JSON.stringify(line))]);
    },
  };

  checkpoints(runId: string): CheckpointStore {
    const store = this.stores.get(runId) ?? memoryStore();
    this.stores.set(runId, store);
    return store;
  }
}

function memoryStore(): CheckpointStore {
  const saved = new Map<string, Checkpoint>();
  return {
    save: async ({ manifest, tensors }) => {
      saved.set(manifest.checkpointId, { manifest, tensors: tensors.slice() });
      const manifests = [...saved.values()].map((checkpoint) => checkpoint.manifest);
      for (const { checkpointId } of expendable(manifests)) saved.delete(checkpointId);
    },
    load: async (checkpointId) => {
      const checkpoint = saved.get(checkpointId);
      if (!checkpoint) throw checkpointMissing();
      return checkpoint;
    },
    list: async (runId) =>
      listed([...saved.values()].map(({ manifest }) => manifest).filter((manifest) => manifest.runId === runId)),
  };
}

import { Dexie, type DexieOptions, type Table } from 'dexie';
import type { DialogueRow } from './dialogues.ts';
import { explainingStorage, storageBlockedByTab } from './errors.ts';
import type {
  CheckpointRow,
  EpisodeRow,
  EvaluationRow,
  JournalRow,
  PackRow,
  RatingRow,
  ReplyRow,
  RunRow,
  TraceRow,
  TuningRow,
  UpdateRow,
  WeightChunkRow,
} from './rows.ts';

/** Rows go in typed and come out `unknown`: whoever reads parses. */
type DistrustedTable<Key, Row> = Table<unknown, Key, Row>;

/**
 * What survives a reload. A changed table is a new `version(n)` with an `upgrade`; released versions are never edited.
 */
export class LabDatabase extends Dexie {
  declare readonly runs: DistrustedTable<string, RunRow>;
  declare readonly updates: DistrustedTable<[string, number], UpdateRow>;
  declare readonly episodes: DistrustedTable<[string, string], EpisodeRow>;
  declare readonly traces: DistrustedTable<[string, string, number], TraceRow>;
  declare readonly evaluations: DistrustedTable<number, EvaluationRow>;
  declare readonly checkpoints: DistrustedTable<string, CheckpointRow>;
  declare readonly weightChunks: DistrustedTable<[string, number], WeightChunkRow>;
  declare readonly tunings: DistrustedTable<string, TuningRow>;
  declare readonly ratings: DistrustedTable<[string, string, number], RatingRow>;
  declare readonly packs: DistrustedTable<string, PackRow>;
  declare readonly replies: DistrustedTable<string, ReplyRow>;
  declare readonly dialogues: DistrustedTable<[string, number], DialogueRow>;
  declare readonly journals: DistrustedTable<number, JournalRow>;

  constructor(name = 'parley', options?: DexieOptions) {
    super(name, options);
    this.version(1).stores({
      runs: 'runId, status',
      updates: '[runId+updateIndex]',
      episodes: '[runId+episode.episodeId], [runId+episode.updateIndex]',
      traces: '[runId+trace.episodeId+trace.seat], [runId+updateIndex]',
      evaluations: '++evaluationId, runId',
      checkpoints: 'manifest.checkpointId, manifest.runId, uploadId',
      weightChunks: '[uploadId+index], uploadId',
    });
    this.version(2).stores({ tunings: 'key' });
    this.version(3).stores({
      ratings: '[runId+rating.episodeId+rating.turnIndex]',
      packs: 'name',
      replies: 'key, savedAtMs',
    });
    this.version(4).stores({ dialogues: '[runId+position]' });
    this.version(5).stores({ journals: '++lineId, journal' });
  }
}

/** Opens the database, or says what keeps it shut. Free when it is open already. */
export async function openDatabase(database: LabDatabase): Promise<void> {
  if (database.isOpen()) return;
  let reportBlocked: () => void = () => undefined;
  const blocked = new Promise<never>((_, reject) => {
    reportBlocked = () => {
      reject(storageBlockedByTab());
    };
  });
  database.on('blocked', reportBlocked);
  try {
    await explainingStorage(() => Promise.race([database.open(), blocked]));
  } finally {
    database.on('blocked').unsubscribe(reportBlocked);
  }
}

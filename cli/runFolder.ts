import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import type { Dialogue } from '../src/record/dialogueSet.ts';
import type { RunConfig } from '../src/record/runConfig.ts';
import { dialogueLines, readDialogues } from '../src/storage/dialogueFiles.ts';
import type { TrainingNews } from '../src/training/train.ts';
import { DirectoryCheckpointStore } from './directoryStore.ts';
import { appendEpisodes, appendEvaluation, appendMetrics, truncateLines } from './jsonLines.ts';

const PACK_FILE = 'scenarios.json';
/** What the run learns from, where that exists already. */
const DIALOGUES_FILE = 'dialogues.jsonl';

/** The one run of a folder. */
export const RUN_ID = 'run';

/**
 * A run on disk: `<out>/{config.json, metrics.jsonl, episodes.jsonl, evaluations.jsonl, checkpoints/}`, with a pack also its
 * `scenarios.json`, with a lesson `dialogues.jsonl`, with chat servers what they have answered, `replies/`.
 */
export class RunFolder {
  readonly out: string;
  readonly checkpoints: DirectoryCheckpointStore;

  constructor(out: string) {
    this.out = out;
    this.checkpoints = new DirectoryCheckpointStore(this.path('checkpoints'));
  }

  path(name: string): string {
    return join(this.out, name);
  }

  /** What a killed process left half-done is cleared away first. */
  async hasCheckpoints(): Promise<boolean> {
    await this.checkpoints.sweepOrphans();
    return (await this.checkpoints.list(RUN_ID)).length > 0;
  }

  /** The checkpoint that got furthest; null where there is none. */
  async newest(): Promise<Checkpoint | null> {
    await this.checkpoints.sweepOrphans();
    const [manifest] = (await this.checkpoints.list(RUN_ID)).toSorted((a, b) => b.updatesDone - a.updatesDone);
    return manifest ? this.checkpoints.load(manifest.checkpointId) : null;
  }

  /** The scenario pack that the run was started with; null where it plays built-in scenarios. */
  async packPath(): Promise<string | null> {
    const path = this.path(PACK_FILE);
    return access(path).then(
      () => path,
      () => null,
    );
  }

  /** What the run's lesson is about; none where it has none. @throws AppError `dialogues-unreadable` */
  async dialogues({ dialogues: lesson }: Pick<RunConfig, 'dialogues'>): Promise<readonly Dialogue[]> {
    if (!lesson) return [];
    const text = await readFile(this.path(DIALOGUES_FILE), 'utf8').catch(() => '');
    return readDialogues(DIALOGUES_FILE, text).dialogues;
  }

  /** Before the run begins or goes on: a new folder, or the records cut back to the checkpoint, so that they never fork. */
  async open(
    config: RunConfig,
    resumeFrom: Checkpoint | null,
    pack: string | null,
    dialogues: readonly Dialogue[] = [],
  ): Promise<void> {
    await mkdir(this.path('checkpoints'), { recursive: true });
    if (!resumeFrom) await writeFile(this.path('config.json'), `${JSON.stringify(config, null, 2)}\n`);
    if (!resumeFrom && pack !== null) await writeFile(this.path(PACK_FILE), pack);
    if (!resumeFrom && dialogues.length > 0) await writeFile(this.path(DIALOGUES_FILE), dialogueLines(dialogues));
    const { updatesDone = 0, validation = null } = resumeFrom?.manifest ?? {};
    await truncateLines(this.path('metrics.jsonl'), 'updateIndex', updatesDone);
    await truncateLines(this.path('episodes.jsonl'), 'updateIndex', updatesDone);
    await truncateLines(this.path('evaluations.jsonl'), 'updatesDone', (validation?.newest.updatesDone ?? 0) + 1);
  }

  /** Keeps what belongs in the folder's files. */
  async record(news: TrainingNews): Promise<void> {
    switch (news.kind) {
      case 'batch.recorded':
        return appendEpisodes(this.path('episodes.jsonl'), news.episodes, news.traces);
      case 'update.finished':
        return appendMetrics(this.path('metrics.jsonl'), news.updateIndex, news.metrics);
      case 'evaluation.finished':
        return appendEvaluation(this.path('evaluations.jsonl'), news.updatesDone, news.evaluation);
      default:
        return;
    }
  }
}

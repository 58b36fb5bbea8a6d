import type { z } from 'zod';
import {
  Cost,
  CreditResult,
  EpisodeResult,
  Milestone,
  PartFailure,
  PlayedBatch,
  UpdatePoint,
  type Cell,
} from '../record/experiment.ts';
import type { CheckpointStore } from '../record/checkpoint.ts';
import { cellIdOf } from './identity.ts';
import { knownFrom, type Known } from './known.ts';
import type { Work } from './parts.ts';
import type { Stage } from './recipe.ts';

/** Lists of lines that only grow: a file each, or rows of a table. What was appended is there when `append` has settled. */
export interface Journals {
  /** In order; empty where there is none. A line that was cut short is left out. */
  read(name: string): Promise<readonly unknown[]>;
  append(name: string, lines: readonly unknown[]): Promise<void>;
}

/** What survives of experiments: journals, and the checkpoints of their trainings. */
export interface Archive {
  readonly journals: Journals;
  /** Of one training. */
  checkpoints(runId: string): CheckpointStore;
}

export const JOURNALS = {
  milestones: 'milestones',
  failures: 'failures',
  costs: 'costs',
  episodes: (cell: Cell) => `episodes-${cellIdOf(cell)}`,
  credits: (cell: Cell) => `credits-${cellIdOf(cell)}`,
  updates: (runId: string) => `updates-${runId}`,
  dialogues: (runId: string) => `dialogues-${runId}`,
} as const;

/** Lines of another form are of another version: they do not count, and what they stand for is made anew. */
async function rowsOf<Row>(journals: Journals, name: string, schema: z.ZodType<Row>): Promise<Row[]> {
  const lines = await journals.read(name);
  return lines.flatMap((line) => {
    const parsed = schema.safeParse(line);
    return parsed.success ? [parsed.data] : [];
  });
}

export const readEpisodes = (journals: Journals, cell: Cell) =>
  rowsOf(journals, JOURNALS.episodes(cell), EpisodeResult);
export const readCredits = (journals: Journals, cell: Cell) => rowsOf(journals, JOURNALS.credits(cell), CreditResult);
export const readMilestones = (journals: Journals) => rowsOf(journals, JOURNALS.milestones, Milestone);
export const readCosts = (journals: Journals) => rowsOf(journals, JOURNALS.costs, Cost);
export const readBatches = (journals: Journals, runId: string) =>
  rowsOf(journals, JOURNALS.dialogues(runId), PlayedBatch);
export const readFailures = (journals: Journals) => rowsOf(journals, JOURNALS.failures, PartFailure);

/** What journals say of the work that somebody has asked about. */
export class RecordReader {
  private readonly journals: Journals;
  private readonly episodes = new Map<string, readonly EpisodeResult[]>();
  private readonly credits = new Map<string, readonly CreditResult[]>();
  private readonly updates = new Map<string, readonly UpdatePoint[]>();

  constructor(journals: Journals) {
    this.journals = journals;
  }

  /** Reads what belongs to this work, again if it was read before, and returns all that is known now. */
  async readOn(work: readonly Work[]): Promise<Known> {
    for (const one of work) {
      if (one.kind === 'train') {
        const { runId } = one.training;
        this.updates.set(runId, await rowsOf(this.journals, JOURNALS.updates(runId), UpdatePoint));
      } else if (one.kind === 'play')
        this.episodes.set(cellIdOf(one.cell), await readEpisodes(this.journals, one.cell));
      else this.credits.set(cellIdOf(one.cell), await readCredits(this.journals, one.cell));
    }
    const { episodes, credits, updates } = this;
    return knownFrom({ episodes, credits, updates, milestones: await readMilestones(this.journals) });
  }
}

/** What is known of an experiment: stage after stage, because each may ask for what the ones before have come to. */
export async function knownOfStages(journals: Journals, stages: readonly Stage[]): Promise<Known> {
  const reader = new RecordReader(journals);
  let known = await reader.readOn([]);
  for (const stage of stages) known = await reader.readOn(stage(known));
  return known;
}

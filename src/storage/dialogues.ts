import { Dexie } from 'dexie';
import { z } from 'zod';
import { Dialogue } from '../record/dialogueSet.ts';
import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { parseRows } from './rows.ts';
import { changeRun } from './runs.ts';

/** A dialogue that a run learns from, at its place in the set. */
export const DialogueRow = z.strictObject({ runId: z.string().min(1), position: z.int().min(0), dialogue: Dialogue });
export type DialogueRow = z.infer<typeof DialogueRow>;

/** Keeps what a run learns from: all of it or nothing. @throws AppError `run-missing` */
export async function saveDialogues(
  database: LabDatabase,
  runId: string,
  dialogues: readonly Dialogue[],
): Promise<void> {
  await explainingStorage(() =>
    database.transaction('rw', database.runs, database.dialogues, async () => {
      await changeRun(database, runId, {}); // a run that was deleted meanwhile gets no orphans
      await database.dialogues.bulkPut(dialogues.map((dialogue, position) => ({ runId, position, dialogue })));
    }),
  );
}

/** In their order; none where the run learns from its own play alone. */
export async function listDialogues(database: LabDatabase, runId: string): Promise<readonly Dialogue[]> {
  const rows = await explainingStorage(() =>
    database.dialogues.where('[runId+position]').between([runId, Dexie.minKey], [runId, Dexie.maxKey]).toArray(),
  );
  return parseRows(DialogueRow, rows, 'dialogue').map(({ dialogue }) => dialogue);
}

import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { JournalRow } from './rows.ts';

/** The lines of a journal, in order. A row that cannot be read is left out: what it stands for is made anew. */
export async function readJournal(database: LabDatabase, journal: string): Promise<readonly unknown[]> {
  const rows = await explainingStorage(() => database.journals.where('journal').equals(journal).sortBy('lineId'));
  return rows.flatMap((row) => {
    const parsed = JournalRow.safeParse(row);
    return parsed.success ? [parsed.data.line] : [];
  });
}

/** All of the lines or none. */
export async function appendToJournal(
  database: LabDatabase,
  journal: string,
  lines: readonly unknown[],
): Promise<void> {
  await explainingStorage(() => database.journals.bulkAdd(lines.map((line) => ({ journal, line }))));
}

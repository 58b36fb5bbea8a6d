import { wallClockMs } from '../base/clock.ts';
import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { PackRow, parseRows } from './rows.ts';

/** Scenario packs of a person's own, as the text of their files: whoever plays one reads and checks it (`sotopia/pack.ts`). */

/** Saves a pack in the place of an earlier one of its name. */
export async function savePack(database: LabDatabase, name: string, text: string): Promise<void> {
  await explainingStorage(() => database.packs.put({ name, text, savedAtMs: wallClockMs() }));
}

export async function deletePack(database: LabDatabase, name: string): Promise<void> {
  await explainingStorage(() => database.packs.delete(name));
}

/** By name. */
export async function listPacks(database: LabDatabase): Promise<readonly PackRow[]> {
  return parseRows(PackRow, await explainingStorage(() => database.packs.orderBy('name').toArray()), 'pack');
}

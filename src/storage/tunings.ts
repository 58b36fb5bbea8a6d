import type { LabDatabase } from './database.ts';
import { explainingStorage } from './errors.ts';
import { TuningRow } from './rows.ts';

/** The name that was remembered under this key; null when there is none, or none that can be read. */
export async function readTuning(database: LabDatabase, key: string): Promise<string | null> {
  const row = await explainingStorage(() => database.tunings.get(key));
  return TuningRow.safeParse(row).data?.tileName ?? null;
}

export async function writeTuning(database: LabDatabase, key: string, tileName: string): Promise<void> {
  await explainingStorage(() => database.tunings.put({ key, tileName }));
}

import { listPacks } from '../../storage/packs.ts';
import type { PackRow } from '../../storage/rows.ts';
import { database } from '../database.ts';

/** The packs that are kept in this browser, by name, as `useLive` wants it. */
export function savedPacks(): Promise<readonly PackRow[]> {
  return listPacks(database);
}

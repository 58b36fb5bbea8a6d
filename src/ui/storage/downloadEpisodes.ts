import { episodeLines } from '../../storage/export/episodes.ts';
import type { RunRow } from '../../storage/rows.ts';
import { database } from '../database.ts';
import { downloadFile } from '../download.ts';

/** Writes `NAME.episodes.jsonl`. Each line becomes a part of the file at once, so that it is in memory only once. */
export async function downloadEpisodes({ runId, name }: RunRow): Promise<void> {
  const parts: Blob[] = [];
  for await (const line of episodeLines(database, runId)) parts.push(new Blob([line]));
  downloadFile(`${name.replaceAll(/[^\w.-]+/g, '-')}.episodes.jsonl`, parts, 'application/jsonl');
}

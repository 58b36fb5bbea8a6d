import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Episode } from '../src/record/episode.ts';
import type { UpdateMetrics } from '../src/record/metrics.ts';
import type { Trace } from '../src/record/trace.ts';
import { episodeLine } from '../src/storage/export/episodes.ts';

/** `metrics.jsonl`: one line per update. */
export async function appendMetrics(path: string, updateIndex: number, metrics: UpdateMetrics): Promise<void> {
  await appendFile(path, `${JSON.stringify({ updateIndex, ...metrics })}\n`);
}

/** `episodes.jsonl`: the format of the browser's export, with the traces of the same episodes. */
export async function appendEpisodes(
  path: string,
  episodes: readonly Episode[],
  traces: readonly Trace[],
): Promise<void> {
  const lines = episodes.map((episode) => {
    const own = traces.filter(({ episodeId }) => episodeId === episode.episodeId);
    return `${episodeLine(episode, own)}\n`;
  });
  await appendFile(path, lines.join(''));
}

const LineOfUpdate = z.object({ updateIndex: z.int().min(0) });

/**
 * Before a run resumes: drops the lines of updates that it will repeat, and a last line that a crash cut short, so that
 * the file never forks. The file is replaced whole, at once; when it does not exist, nothing happens.
 */
export async function truncateLines(path: string, updatesDone: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (text === null) return;
  const kept = text.split('\n').filter((line) => (updateIndexOf(line) ?? Infinity) < updatesDone);
  await writeFile(`${path}.pending`, kept.map((line) => `${line}\n`).join(''));
  await rename(`${path}.pending`, path);
}

function updateIndexOf(line: string): number | undefined {
  try {
    return LineOfUpdate.safeParse(JSON.parse(line)).data?.updateIndex;
  } catch {
    return undefined;
  }
}

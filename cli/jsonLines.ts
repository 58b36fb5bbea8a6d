import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Episode } from '../src/record/episode.ts';
import type { Evaluation } from '../src/record/evaluation.ts';
import type { UpdateMetrics } from '../src/record/metrics.ts';
import type { Trace } from '../src/record/trace.ts';
import { episodeLine } from '../src/storage/export/episodes.ts';

/** `metrics.jsonl`: one line per update. */
export async function appendMetrics(path: string, updateIndex: number, metrics: UpdateMetrics): Promise<void> {
  await appendFile(path, `${JSON.stringify({ updateIndex, ...metrics })}\n`);
}

/** `evaluations.jsonl`: one line per evaluation on held-out scenarios, with the updates that were done when it was made. */
export async function appendEvaluation(path: string, updatesDone: number, evaluation: Evaluation): Promise<void> {
  await appendFile(path, `${JSON.stringify({ updatesDone, ...evaluation })}\n`);
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

/** What the lines of a file are counted by. */
type Counter = 'updateIndex' | 'updatesDone';

/**
 * Before a run resumes: drops the lines from `limit` on, which it will write again, and a last line that a crash cut
 * short, so that the file never forks. The file is replaced whole, at once; when it does not exist, nothing happens.
 */
export async function truncateLines(path: string, counter: Counter, limit: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (text === null) return;
  const kept = text.split('\n').filter((line) => (countOf(line, counter) ?? Infinity) < limit);
  await writeFile(`${path}.pending`, kept.map((line) => `${line}\n`).join(''));
  await rename(`${path}.pending`, path);
}

function countOf(line: string, counter: Counter): number | undefined {
  try {
    return z.looseObject({ [counter]: z.int().min(0) }).safeParse(JSON.parse(line)).data?.[counter];
  } catch {
    return undefined;
  }
}

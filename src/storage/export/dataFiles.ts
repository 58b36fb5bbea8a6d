import type { NamedFile } from '../../policy/formats/fileSource.ts';
import type { Episode } from '../../record/episode.ts';
import type { Trace } from '../../record/trace.ts';
import type { UpdateRow } from '../rows.ts';
import { metricsCsv, turnsCsv } from './csv.ts';
import { inspectLog } from './inspectLog.ts';
import { metricsJsonLines } from './metricEntries.ts';
import { SHARE_GPT_FILE, shareGpt, shareGptInfo } from './shareGpt.ts';
import { tensorBoardFile } from './tensorBoard.ts';
import { trlMessages, trlPrompts, trlStepwise } from './trl.ts';
import { verifiersTraces } from './verifiers.ts';
import { verlParquet } from './verl.ts';

/** What a run leaves behind, as far as other tools read it. */
export interface RunData {
  readonly runId: string;
  readonly modelName: string;
  readonly createdAtMs: number;
  readonly episodes: readonly Episode[];
  readonly traces: readonly Trace[];
  readonly updates: readonly UpdateRow[];
  /** Text of a context's tokens. */
  decode(tokenIds: Int32Array): string;
}

/** Forms of a run's data, with what reads them. */
export const DATA_FORMATS = {
  epo: 'ShareGPT dialogues with turn scores: LLaMA-Factory, the code of EPO',
  trl: 'prompts, messages and labelled steps: Hugging Face TRL',
  verl: 'decisions with their prompts as Parquet: verl',
  verifiers: 'token-exact traces: verifiers, prime-rl',
  inspect: 'an evaluation log: Inspect View, Docent',
  csv: 'turns and metrics as tables',
  metrics: 'metrics, one update a line',
  tensorboard: 'metrics as an event file: TensorBoard',
} as const;
export type DataFormat = keyof typeof DATA_FORMATS;

export function dataFiles(format: DataFormat, data: RunData): NamedFile[] {
  const { episodes, traces, updates, runId, createdAtMs } = data;
  switch (format) {
    case 'epo':
      return [file(SHARE_GPT_FILE, shareGpt(episodes, traces)), file('dataset_info.json', shareGptInfo())];
    case 'trl':
      return [
        file('prompts.jsonl', trlPrompts(episodes)),
        file('messages.jsonl', trlMessages(episodes)),
        file('steps.jsonl', trlStepwise(episodes)),
      ];
    case 'verl':
      return [{ name: 'verl.parquet', bytes: verlParquet(episodes) }];
    case 'verifiers':
      return [file('traces.jsonl', verifiersTraces(episodes, traces, data))];
    case 'inspect':
      return [file('inspect.json', inspectLog(episodes, data))];
    case 'csv':
      return [file('turns.csv', turnsCsv(episodes)), file('metrics.csv', metricsCsv(updates))];
    case 'metrics':
      return [file('metrics.jsonl', metricsJsonLines(updates))];
    case 'tensorboard':
      return [tensorBoardFile(updates, runId, createdAtMs)];
  }
}

const file = (name: string, text: string): NamedFile => ({ name, bytes: new TextEncoder().encode(text) });

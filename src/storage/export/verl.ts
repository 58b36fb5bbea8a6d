import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Episode } from '../../record/episode.ts';
import { chatMessages, trainedDialogues } from './seatDialogue.ts';

/** Parquet as verl's RLHFDataset reads it (its documentation, "Prepare data for post-training"). */

type Schema = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>;
const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const required = (name: string) => ({ name, repetition_type: 'REQUIRED', ...TEXT }) as const;
const struct = (name: string, num_children: number) => ({ name, repetition_type: 'REQUIRED', num_children }) as const;
const number = (name: string, type: 'INT32' | 'DOUBLE') => ({ name, repetition_type: 'REQUIRED', type }) as const;

/** One row per decision: what the strategist had been told, and what the dialogue earned with what it wrote there. */
const SCHEMA: Schema = [
  { name: 'root', num_children: 5 },
  required('data_source'),
  { name: 'prompt', repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  struct('element', 2),
  required('role'),
  required('content'),
  required('ability'),
  struct('reward_model', 2),
  required('style'),
  required('ground_truth'),
  struct('extra_info', 7),
  required('split'),
  number('index', 'INT32'),
  required('episode_id'),
  number('seat', 'INT32'),
  number('turn_index', 'INT32'),
  number('points', 'DOUBLE'),
  required('response'),
];

export interface VerlRow {
  readonly data_source: string;
  readonly prompt: readonly { readonly role: string; readonly content: string }[];
  readonly ability: 'strategy';
  /** The scenario, which a reward function needs to play on from the answer. */
  readonly reward_model: { readonly style: 'rule'; readonly ground_truth: string };
  readonly extra_info: {
    readonly split: 'train';
    readonly index: number;
    readonly episode_id: string;
    readonly seat: number;
    readonly turn_index: number;
    /** Of the seat, at the end of the dialogue; NaN where nobody knows them. */
    readonly points: number;
    /** The strategy that was written. */
    readonly response: string;
  };
}

export function verlRows(episodes: readonly Episode[]): VerlRow[] {
  const decisions = trainedDialogues(episodes).flatMap(({ episode, seat, exchanges }) =>
    exchanges.map(({ strategy, turn }, own) => ({
      episode,
      seat,
      strategy,
      turn,
      prompt: chatMessages(exchanges.slice(0, own + 1)).slice(0, -1),
    })),
  );
  return decisions.map(({ episode, seat, strategy, turn, prompt }, index) => ({
    data_source: `parley/${episode.scenario.environment}`,
    prompt,
    ability: 'strategy',
    reward_model: { style: 'rule', ground_truth: JSON.stringify(episode.scenario) },
    extra_info: {
      split: 'train',
      index,
      episode_id: episode.episodeId,
      seat,
      turn_index: turn.turnIndex,
      points: episode.unscored?.includes(seat) ? NaN : episode.points[seat],
      response: strategy,
    },
  }));
}

export function verlParquet(episodes: readonly Episode[]): Uint8Array {
  const rows = verlRows(episodes);
  const column = (name: keyof VerlRow) => ({ name, data: rows.map((row) => row[name]) });
  const columnData = (['data_source', 'prompt', 'ability', 'reward_model', 'extra_info'] as const).map(column);
  return new Uint8Array(parquetWriteBuffer({ columnData, schema: SCHEMA }));
}

import type { Episode } from '../../record/episode.ts';
import type { UpdateRow } from '../rows.ts';
import { metricEntries } from './metricEntries.ts';

type Cell = string | number | boolean | null | undefined;

/** A table as RFC 4180 has it: lines end in CRLF, cells with a comma, a quote or a line end are quoted. */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const TURN_COLUMNS = [
  'episode', 'update', 'environment', 'scenario', 'split', 'end', 'points_0', 'points_1', 'turn', 'seat', 'board', 'strategy',
  'utterance', 'action', 'reward', 'return_to_go', 'advantage', 'is_trained',
] as const; // prettier-ignore

/** One line per turn; what belongs to the episode is repeated in each. */
export function turnsCsv(episodes: readonly Episode[]): string {
  const rows = episodes.flatMap(({ episodeId, updateIndex, scenario, endReason, points, turns, trainedSeats }) =>
    turns.map((turn): Cell[] => [
      episodeId,
      updateIndex,
      scenario.environment,
      scenario.id,
      scenario.split,
      endReason,
      ...points,
      turn.turnIndex,
      turn.seat,
      turn.board,
      turn.strategy,
      turn.utterance,
      turn.action.kind,
      turn.reward,
      turn.returnToGo,
      turn.advantage,
      trainedSeats.includes(turn.seat) && turn.strategy !== null,
    ]),
  );
  return csv(TURN_COLUMNS, rows);
}

/** One line per update, one column per metric that any of them has. */
export function metricsCsv(updates: readonly UpdateRow[]): string {
  const entries = updates.map(({ metrics }) => new Map(metricEntries(metrics)));
  const names = [...new Set(entries.flatMap((row) => [...row.keys()]))];
  const rows = updates.map(({ updateIndex }, index) => [
    updateIndex,
    ...names.map((name) => entries[index]?.get(name)),
  ]);
  return csv(['update', ...names], rows);
}

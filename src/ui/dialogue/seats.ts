import type { EndReason } from '../../record/episode.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { ITEMS, KINDS } from '../../environment/negotiation/language.ts';
import { worth } from '../../environment/negotiation/division.ts';
import { formatNumber } from '../format.ts';

export const SEATS: readonly SeatIndex[] = [0, 1];

export function seatName(seat: SeatIndex): string {
  return seat === 0 ? 'A' : 'B';
}

/** `3 books, 2 hats, 1 ball`. */
export function describeTable({ counts }: Scenario): string {
  return KINDS.map(
    (kind) => `${counts[kind]} ${counts[kind] === 1 ? ITEMS[kind]?.singular : ITEMS[kind]?.plural}`,
  ).join(', ');
}

/** What one item of each kind is worth to the seat: `book 1 · hat 3 · ball 1`, and what everything is worth together. */
export function describeGoal(
  { counts, values }: Scenario,
  seat: SeatIndex,
): { readonly each: string; readonly all: number } {
  const each = KINDS.map((kind) => `${ITEMS[kind]?.singular} ${values[seat][kind]}`).join(' · ');
  return { each, all: worth(values[seat], counts) };
}

const ENDINGS: Record<EndReason, string> = {
  agreement: 'agreed',
  'walk-away': 'walked away',
  finished: 'finished',
  'turn-limit': 'no deal in time',
  'context-full': 'no deal, context full',
};

export function describeEnding(endReason: EndReason, isParetoOptimal: boolean | null): string {
  return endReason === 'agreement' && isParetoOptimal ? 'agreed · Pareto-optimal' : ENDINGS[endReason];
}

export function describePoints(points: readonly [number, number]): string {
  return `A ${formatPoints(points[0])} · B ${formatPoints(points[1])} points`;
}

export function formatPoints(points: number): string {
  return Number.isInteger(points) ? String(points) : formatNumber(points);
}

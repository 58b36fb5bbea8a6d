import { environmentFor } from '../../environment/registry.ts';
import type { EndReason } from '../../record/episode.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { formatNumber } from '../format.ts';

export const SEATS: readonly SeatIndex[] = [0, 1];

export function seatName(seat: SeatIndex): string {
  return seat === 0 ? 'A' : 'B';
}

/** Seats in which somebody plays: where the other side is the world, the first alone. */
export function playersOf(scenario: Scenario): readonly SeatIndex[] {
  return environmentFor(scenario)?.worldReply ? [0] : SEATS;
}

const ENDINGS: Record<EndReason, string> = {
  agreement: 'agreed',
  'walk-away': 'walked away',
  finished: 'finished',
  'turn-limit': 'out of turns',
  'context-full': 'context full',
};

export function describeEnding(endReason: EndReason, isParetoOptimal: boolean | null): string {
  return endReason === 'agreement' && isParetoOptimal ? 'agreed · Pareto-optimal' : ENDINGS[endReason];
}

/** `A 6 · B 8 points`. */
export function describePoints(scenario: Scenario, points: readonly [number, number]): string {
  const each = playersOf(scenario).map((seat) => `${seatName(seat)} ${formatPoints(points[seat])}`);
  return `${each.join(' · ')} points`;
}

export function formatPoints(points: number): string {
  return Number.isInteger(points) ? String(points) : formatNumber(points);
}

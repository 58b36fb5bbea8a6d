import type { Yardstick } from '../../environment.ts';
import { equilibrium, expectedChips, exploitability, UNIFORM_POLICY } from './exploitability.ts';
import { pointsOfChips } from './state.ts';

let yardsticks: readonly Yardstick[] | undefined;

/** Points in both seats in turn. Two equal players earn 5 on average; what is more comes from the other's mistakes. */
export function kuhnYardsticks(): readonly Yardstick[] {
  yardsticks ??= [
    {
      label: 'random play against an equilibrium',
      points: pointsOfChips(-chipsInBothSeats()),
      source: 'computed',
    },
    { label: 'equals', points: pointsOfChips(0), source: 'computed' },
    {
      label: 'equilibrium against random play',
      points: pointsOfChips(chipsInBothSeats()),
      source: 'computed',
    },
    {
      label: 'best answer to random play',
      points: pointsOfChips(exploitability(UNIFORM_POLICY)),
      source: 'computed',
    },
  ];
  return yardsticks;
}

/** Mean over the seats of what an equilibrium wins from random play. */
function chipsInBothSeats(): number {
  const policy = equilibrium(1 / 4);
  return (expectedChips(policy, UNIFORM_POLICY) - expectedChips(UNIFORM_POLICY, policy)) / 2;
}

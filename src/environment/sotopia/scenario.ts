import { z } from 'zod';
import { scenarioFields } from '../../record/scenario.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import { Character, nameOf, Relationship } from './character.ts';
import { Check } from './checks.ts';
import { Issue } from './terms.ts';

const Checks = z.array(Check).min(1).readonly();

/** How the seats' points come about. */
export const Scoring = z.discriminatedUnion('kind', [
  /** By rule: what each seat's goal comes down to; the points of each add up to 10. */
  z.strictObject({ kind: z.literal('checks'), checks: z.tuple([Checks, Checks]).readonly() }),
  /** By a rule of the scenario's author, in JavaScript (`reward/userRule.ts`). */
  z.strictObject({ kind: z.literal('rule'), source: z.string().trim().min(1) }),
  /** By nobody until an evaluator reads the dialogue. */
  z.strictObject({ kind: z.literal('evaluator') }),
]);
export type Scoring = z.infer<typeof Scoring>;

/** Two characters in a situation, each with a private goal. Seat 0 speaks first. */
export const SotopiaScenario = z.strictObject({
  ...scenarioFields('sotopia'),
  situation: z.string(),
  relationship: Relationship,
  people: z.tuple([Character, Character]).readonly(),
  /** Private. */
  goals: z.tuple([z.string(), z.string()]).readonly(),
  /** What can be settled; known to both. */
  issues: z.array(Issue).readonly(),
  scoring: Scoring,
});
export type SotopiaScenario = z.infer<typeof SotopiaScenario>;

export function namesOf({ people }: SotopiaScenario): readonly [string, string] {
  return [nameOf(people[0]), nameOf(people[1])];
}

/** What the seat's points depend on by rule; none where no rule checks its goal. */
export function checksOf({ scoring }: SotopiaScenario, seat: SeatIndex): readonly Check[] {
  return scoring.kind === 'checks' ? scoring.checks[seat] : [];
}

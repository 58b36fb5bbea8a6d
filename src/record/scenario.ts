import { z } from 'zod';

/** 60 / 20 / 20 of the canonical scenarios, by hash. */
export const Split = z.enum(['train', 'validation', 'test']);
export type Split = z.infer<typeof Split>;

export const SeatIndex = z.union([z.literal(0), z.literal(1)]);
export type SeatIndex = z.infer<typeof SeatIndex>;

/** The other place at the table. */
export function otherSeat(seat: SeatIndex): SeatIndex {
  return seat === 0 ? 1 : 0;
}

/** What every scenario has. The rest belongs to its environment, whose `scenarioSchema` knows it. */
export interface Scenario {
  /** Name of its environment. */
  readonly environment: string;
  readonly id: string;
  /** Splits and intervals cluster by it: the same for everything that is the same situation in another order. */
  readonly canonicalId: string;
  readonly split: Split;
}

/** Lets the environment's own fields through as they are: records outlive the environments that made them. */
export const Scenario: z.ZodType<Scenario> = z.looseObject({
  environment: z.string().min(1),
  ...identity(),
});

/** The common fields in the schema of an environment's own scenarios. */
export function scenarioFields<Name extends string>(environment: Name) {
  return { environment: z.literal(environment), ...identity() };
}

function identity() {
  return { id: z.string().min(1), canonicalId: z.string().min(1), split: Split };
}

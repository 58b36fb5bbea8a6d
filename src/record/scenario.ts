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

const Triple = z.tuple([z.int().min(0).max(10), z.int().min(0).max(10), z.int().min(0).max(10)]);
/** One whole number per kind of item: book, hat, ball. */
export type Triple = z.infer<typeof Triple>;

/** Deal-or-No-Deal: how many items of each kind lie on the table, and what each is worth to each seat (private). */
export const Scenario = z.strictObject({
  environment: z.literal('deal-or-no-deal'),
  /** `c0,c1,c2;a0,a1,a2;b0,b1,b2` as ordered. */
  id: z.string().min(1),
  /** The smallest id over item orders and seat swap: splits and intervals cluster by it. */
  canonicalId: z.string().min(1),
  split: Split,
  counts: Triple,
  values: z.tuple([Triple, Triple]),
});
export type Scenario = z.infer<typeof Scenario>;

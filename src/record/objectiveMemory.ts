import { z } from 'zod';

/**
 * What an objective remembers from one update to the next, for the checkpoint. A batch is always treated with the memory
 * from before it.
 */
export const ObjectiveMemory = z.strictObject({
  /** State of the linear baseline (`training/objective/credit/linearBaseline.ts`); null before the first batch. */
  linear: z.array(z.number()).readonly().nullable(),
  /** Moving average of the first returns of each seat; null for a seat that has not played. */
  seatAverages: z.tuple([z.number().nullable(), z.number().nullable()]).readonly(),
  /** Of a KL penalty with a controller; null: as the objective says. */
  klCoefficient: z.number().nullable(),
  /** Of an entropy bonus that aims at a target. */
  entropyCoefficient: z.number(),
  /** Mean entropy of earlier turns by own-turn number, nats per token, and how many updates it is the mean of. */
  entropyHistory: z.array(z.strictObject({ mean: z.number(), updates: z.int().min(0) }).readonly()).readonly(),
  /** Mean entropy per token of the last batch, nats; temperatures are chosen by it. */
  entropy: z.number().nullable(),
  /** Tracked quantiles of bundle scores, lower and upper. */
  quantiles: z.tuple([z.number(), z.number()]).readonly().nullable(),
  /** Of scenarios by id, where a curriculum asks: which share of their dialogues succeeded when they were last played. */
  successShares: z.record(z.string(), z.number()).readonly().default({}),
});
export type ObjectiveMemory = z.infer<typeof ObjectiveMemory>;

export const EMPTY_MEMORY: ObjectiveMemory = {
  linear: null,
  seatAverages: [null, null],
  klCoefficient: null,
  entropyCoefficient: 0,
  entropyHistory: [],
  entropy: null,
  quantiles: null,
  successShares: {},
};

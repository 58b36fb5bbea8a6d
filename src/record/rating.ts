import { z } from 'zod';

/** What a person thought of a turn: 1 a thumb up, -1 a thumb down. Whoever takes a rating back leaves none. */
export const RatingValue = z.union([z.literal(1), z.literal(-1)]);
export type RatingValue = z.infer<typeof RatingValue>;

/** A person's opinion of one turn of an episode; a turn has at most one, the latest. It is kept with the episode's run. */
export const Rating = z.strictObject({
  episodeId: z.string().min(1),
  /** Position in the dialogue, both seats counted, from 0; as in `Turn`. */
  turnIndex: z.int().min(0),
  value: RatingValue,
  /** When it was given, in milliseconds since the epoch. */
  ratedAtMs: z.number(),
});
export type Rating = z.infer<typeof Rating>;

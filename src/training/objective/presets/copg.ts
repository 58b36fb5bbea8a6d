import { PLAIN_DATA, type ContrastiveObjective } from '../parts.ts';

/** CoPG (arXiv 2406.19185): its KL to the base is part of the pair's loss. */
export const copg: ContrastiveObjective = {
  kind: 'contrastive',
  klWeight: 0.1,
  regularisers: [],
  data: PLAIN_DATA,
};

/**
 * Linear layers: every matrix product of the engine, in every weight format, with low-rank adapters.
 * `linear/` holds how they are recorded, `kernels/matmul*.ts` what computes them.
 */
export { recordLinearBackward } from './linear/backward.ts';
export { recordEmbed, recordEmbedGradient } from './linear/embed.ts';
export { recordLinear } from './linear/forward.ts';
export type { LowRank } from './linear/lowRank.ts';
export { chosenTiles, defaultTiles, type PlanUse, type TileChooser } from './linear/tiles.ts';
export {
  createLinearWeights,
  linearBytes,
  rowsOf,
  writeBias,
  writeRows,
  type LinearWeights,
  type WeightBlock,
} from './linear/weights.ts';
export type { Precision } from './quantise.ts';

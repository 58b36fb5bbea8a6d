/**
 * What a layer does besides its matrix products: norms, rotary positions, attention and the gated activation, forward and
 * backward. `sequence/` holds how they are recorded, `kernels/` what computes them; which variant runs is decided there.
 */
export {
  recordAttention,
  recordAttentionBackward,
  type AttentionBackwardCall,
  type AttentionBuffers,
} from './sequence/attention.ts';
export {
  recordRope,
  recordRopeBackward,
  recordSwiglu,
  recordSwigluBackward,
  type RopeCall,
  type SwigluCall,
} from './sequence/elementwise.ts';
export { recordHeadNorm, recordHeadNormBackward, type HeadNormCall } from './sequence/headNorm.ts';
export { recordRmsNorm, recordRmsNormBackward, type NormBackwardCall, type NormCall } from './sequence/rmsNorm.ts';

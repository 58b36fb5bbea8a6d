import { hash32 } from '../../base/hash.ts';

/**
 * Inputs of the checks, by a formula that `tools/golden/kernels/common.py` repeats bit for bit: no stored tensors, and the
 * golden files hold outputs alone.
 */

/** @returns uniform in [-1, 1), multiples of 2⁻²³: exact in float32. Two names give unrelated numbers. */
export function checkInput(name: string, count: number): Float32Array<ArrayBuffer> {
  const seed = hash32(name);
  return Float32Array.from({ length: count }, (_, index) => (mixed(seed, index) >>> 8) / 2 ** 23 - 1);
}

/** @returns integers in [0, below); `below` up to 2³². */
export function checkIntegers(name: string, count: number, below: number): Uint32Array<ArrayBuffer> {
  const seed = hash32(name);
  return Uint32Array.from({ length: count }, (_, index) => mixed(seed, index) % below);
}

/** Sign of the element at `index` in a projection: sums with such signs see an error that a plain sum would let cancel. */
export function checkSign(projection: number, index: number): 1 | -1 {
  return mixed(projection, index) >>> 31 === 0 ? 1 : -1;
}

/** An unsigned 32-bit integer from seed and index: murmur3's finalizer over a Weyl sequence. */
function mixed(seed: number, index: number): number {
  let hash = (seed + Math.imul(index + 1, 0x9e3779b9)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

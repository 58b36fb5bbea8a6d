/**
 * Random numbers as a function of a key and a position: what a device draws, the host can replay in any order.
 * Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 4.2; constants
 * and known answers from its library, Random123). Twin: `src/gpu/kernels/drawToken.wgsl`.
 */

type Words = readonly [number, number];

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
/** Skein's constant: with it the key schedule of the key 0 is not 0. */
const PARITY = 0x1bd11bda;

/** @param key two unsigned 32-bit integers. @param counter likewise. @returns likewise, each as if drawn at random */
export function threefry2x32([key0, key1]: Words, [counter0, counter1]: Words): Words {
  const schedule = [key0, key1, key0 ^ key1 ^ PARITY];
  let x = (counter0 + key0) | 0;
  let y = (counter1 + key1) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round % 8] ?? 0;
    x = (x + y) | 0;
    y = ((y << rotation) | (y >>> (32 - rotation))) ^ x;
    if (round % 4 < 3) continue;
    const injection = (round + 1) / 4;
    x = (x + (schedule[injection % 3] ?? 0)) | 0;
    y = (y + (schedule[(injection + 1) % 3] ?? 0) + injection) | 0;
  }
  return [x >>> 0, y >>> 0];
}

/**
 * The number of a key at place `counter`, an unsigned 32-bit integer: one of 2^23 odd multiples of 2^-24, uniform in (0, 1),
 * exact in float32, as `RandomStream.uniform`. @returns the multiple
 */
export function counterMultiple(key: Words, counter: number): number {
  return 2 * (threefry2x32(key, [counter, 0])[0] >>> 9) + 1;
}

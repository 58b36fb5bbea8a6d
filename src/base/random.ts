import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { hash32 } from './hash.ts';

/**
 * A private stream of random numbers for one purpose. Two streams with different names never share a draw, so adding a
 * draw to one place changes nothing anywhere else, and a resumed run needs no saved generator state: the stream of
 * (iteration 7, episode 3, seat 1) is a function of the run's seed.
 */
export class RandomStream {
  private readonly generator: JumpableRandomGenerator;

  /** @param seed of the run. @param name purpose and coordinates, for example `['sample', iteration, episode, seat, turn]`. */
  constructor(seed: number, ...name: readonly (string | number)[]) {
    this.generator = xoroshiro128plus(hash32(`${seed}/${name.join('/')}`));
  }

  /** Uniform in (0, 1), one of 2^23 odd multiples of 2^-24: exact in float32, never 0 and never 1. */
  uniform(): number {
    return ((this.generator.next() >>> 9) + 0.5) / 0x800000;
  }

  /** Uniform integer in [0, size). */
  index(size: number): number {
    if (!(Number.isInteger(size) && size > 0))
      throw new RangeError(`RandomStream.index: size must be >= 1, got ${size}`);
    return Math.floor(this.uniform() * size);
  }

  /** One element, each equally likely. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.index(items.length)] as Item; // index < length by construction
  }

  /** A new array in random order (Fisher–Yates). */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.index(last + 1);
      [result[last], result[other]] = [result[other] as Item, result[last] as Item]; // both in range
    }
    return result;
  }

  /** Standard normal (Box–Muller, one of the two values). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}

/**
 * The key of a stream whose nth number is a function of key and n alone (`policy/drawToken.ts`): what a graphics device
 * draws tokens with. Named like a `RandomStream`; the two words are independent hashes, so that 64 bits tell streams apart.
 */
export function drawKey(seed: number, ...name: readonly (string | number)[]): readonly [number, number] {
  const text = `${seed}/${name.join('/')}`;
  // A prefix, not a suffix: texts with equal hashes would keep equal hashes whatever is appended.
  return [hash32(text), hash32(`draw/${text}`)];
}

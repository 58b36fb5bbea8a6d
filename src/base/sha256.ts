/** The first `count` primes; the constants of the hash are made of their roots. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

/** The first 32 bits of the fractional part. */
const fraction = (value: number) => ((value - Math.floor(value)) * 0x100000000) | 0;
/** FIPS 180-4, sections 4.2.2 and 5.3.3. Doubles are exact enough: 32 bits after the point, at most 5 before it. */
const ROUND_CONSTANTS = primes(64).map((prime) => fraction(Math.cbrt(prime)));
const START = primes(8).map((prime) => fraction(Math.sqrt(prime)));

const rotate = (word: number, bits: number) => (word >>> bits) | (word << (32 - bits));

/**
 * SHA-256 of the text's UTF-8 bytes, 64 hexadecimal digits (FIPS 180-4, section 6.2). For keys of caches in places that
 * cannot wait for the platform's own, which is asynchronous and absent from pages without a secure context.
 */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(padded.length - 4, bytes.length << 3);
  let hash = START;
  for (let block = 0; block < padded.length; block += 64) hash = compress(hash, view, block);
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function compress(hash: readonly number[], view: DataView, block: number): number[] {
  const schedule = new Int32Array(64);
  const word = (index: number) => schedule[index] ?? 0;
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let round = 0; round < 64; round++) {
    const [w15, w2] = [word(round - 15), word(round - 2)];
    schedule[round] =
      round < 16
        ? view.getInt32(block + 4 * round)
        : word(round - 16) +
          (rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3)) +
          word(round - 7) +
          (rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10));
    const first =
      h +
      (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
      ((e & f) ^ (~e & g)) +
      (ROUND_CONSTANTS[round] ?? 0) +
      word(round);
    const second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  const mixed = [a, b, c, d, e, f, g, h];
  return hash.map((before, index) => (before + (mixed[index] ?? 0)) | 0);
}

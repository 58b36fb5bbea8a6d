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
const ROUND_CONSTANTS = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const START = primes(8).map((prime) => fraction(Math.sqrt(prime)));
const BLOCK_BYTES = 64;

/**
 * SHA-256 (FIPS 180-4, section 6.2) of bytes that come in parts, as files do that are larger than memory: the platform's own
 * wants them all at once, is asynchronous, and absent from pages without a secure context.
 */
export class Sha256 {
  private readonly state = Int32Array.from(START);
  private readonly schedule = new Int32Array(64);
  /** What has not yet filled a block. */
  private readonly rest = new Uint8Array(BLOCK_BYTES);
  private restBytes = 0;
  private totalBytes = 0;

  update(bytes: Uint8Array): this {
    let at = 0;
    this.totalBytes += bytes.length;
    if (this.restBytes > 0) {
      at = Math.min(bytes.length, BLOCK_BYTES - this.restBytes);
      this.rest.set(bytes.subarray(0, at), this.restBytes);
      this.restBytes += at;
      if (this.restBytes < BLOCK_BYTES) return this;
      this.compress(this.rest, 0);
      this.restBytes = 0;
    }
    for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) this.compress(bytes, at);
    this.rest.set(bytes.subarray(at));
    this.restBytes = bytes.length - at;
    return this;
  }

  /** 64 hexadecimal digits. Nothing can be added afterwards. */
  digest(): string {
    const padded = new Uint8Array(this.restBytes < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES);
    padded.set(this.rest.subarray(0, this.restBytes));
    padded[this.restBytes] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(this.totalBytes / 0x20000000));
    view.setUint32(padded.length - 4, this.totalBytes << 3);
    for (let at = 0; at < padded.length; at += BLOCK_BYTES) this.compress(padded, at);
    return [...this.state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  private compress(bytes: Uint8Array, at: number): void {
    const { schedule: w, state } = this;
    const word = (words: Int32Array, index: number) => words[index] ?? 0;
    for (let round = 0; round < 16; round++) {
      const from = at + 4 * round;
      w[round] =
        ((bytes[from] ?? 0) << 24) |
        ((bytes[from + 1] ?? 0) << 16) |
        ((bytes[from + 2] ?? 0) << 8) |
        (bytes[from + 3] ?? 0);
    }
    for (let round = 16; round < 64; round++) {
      const [w15, w2] = [word(w, round - 15), word(w, round - 2)];
      const first = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3);
      const second = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10);
      w[round] = word(w, round - 16) + first + word(w, round - 7) + second;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let round = 0; round < 64; round++) {
      const mixed = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const first = (h + mixed + ((e & f) ^ (~e & g)) + word(ROUND_CONSTANTS, round) + word(w, round)) | 0;
      const turned = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const second = turned + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, index) => {
      state[index] = (state[index] ?? 0) + value;
    });
  }
}

/** SHA-256 of the text's UTF-8 bytes, 64 hexadecimal digits. */
export function sha256(text: string): string {
  return new Sha256().update(new TextEncoder().encode(text)).digest();
}

import type { RandomStream } from '../src/base/random.ts';

/** What files that were damaged, cut or forged may look like: small changes, and numbers that nobody expects. */

const ODD_NUMBERS = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff];
const ODD_BIG = [2n ** 63n - 1n, 2n ** 64n - 1n, 2n ** 53n, 2n ** 40n, 2n ** 32n];

/** A copy with one to four changes. */
export function mutateBytes(bytes: Uint8Array, random: RandomStream): Uint8Array<ArrayBuffer> {
  let mutant = Uint8Array.from(bytes);
  for (let change = random.index(4); change >= 0 && mutant.length > 8; change--) mutant = changeOnce(mutant, random);
  return mutant;
}

function changeOnce(bytes: Uint8Array<ArrayBuffer>, random: RandomStream): Uint8Array<ArrayBuffer> {
  const at = random.index(bytes.length);
  const view = new DataView(bytes.buffer);
  switch (random.index(7)) {
    case 0:
      bytes[at] = random.index(256);
      return bytes;
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.index(8));
      return bytes;
    case 2:
      return bytes.slice(0, at);
    case 3: {
      const end = Math.min(bytes.length, at + random.index(64));
      return concat(bytes.slice(0, end), bytes.slice(at, end), bytes.slice(end));
    }
    case 4:
      return concat(bytes.slice(0, at), bytes.slice(at + random.index(16)));
    case 5:
      if (at + 4 <= bytes.length) view.setUint32(at, random.pick(ODD_NUMBERS), true);
      return bytes;
    default: {
      const place = at - (at % 8);
      if (place + 8 <= bytes.length) view.setBigUint64(place, random.pick(ODD_BIG), true);
      return bytes;
    }
  }
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  2 ** 53,
  2 ** 31,
  '',
  'x',
  '(((((a+)+)+)+)+$',
  '__proto__',
  [],
  {},
  [[[[]]]],
  [-1, 2 ** 40],
];

/** A copy of a JSON value in which one place is another value, missing, or there twice. */
export function mutateJson(value: unknown, random: RandomStream): unknown {
  if (typeof value !== 'object' || value === null || random.index(8) === 0) return random.pick(ODD_VALUES);
  if (Array.isArray(value)) {
    if (value.length === 0) return random.pick(ODD_VALUES);
    const at = random.index(value.length);
    const changed = random.index(6);
    if (changed === 0) return value.toSpliced(at, 1);
    if (changed === 1) return value.toSpliced(at, 0, value[at]);
    return value.with(at, mutateJson(value[at], random));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return random.pick(ODD_VALUES);
  const at = random.index(entries.length);
  const [name, inner] = entries[at] ?? ['', null];
  const changed = random.index(8);
  if (changed === 0) return Object.fromEntries(entries.toSpliced(at, 1));
  if (changed === 1) return Object.fromEntries(entries.with(at, [`${name}x`, inner]));
  return Object.fromEntries(entries.with(at, [name, mutateJson(inner, random)]));
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

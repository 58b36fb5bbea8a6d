import { z } from 'zod';
import type { Trace } from '../../record/trace.ts';
import { SavedTrace } from '../rows.ts';

/** The arrays of a trace, with their types; all platforms that browsers run on are little-endian. */
const ARRAYS = {
  tokenIds: Int32Array,
  sampledMask: Uint8Array,
  ownTurnIndex: Int16Array,
  logProbs: Float32Array,
  entropies: Float32Array,
  klToBase: Float32Array,
  ratios: Float32Array,
  advantages: Float32Array,
} as const;
type ArrayName = keyof typeof ARRAYS;
const NAMES = Object.keys(ARRAYS) as ArrayName[]; // keys of the literal above

const TraceText = z.looseObject({
  ...(Object.fromEntries(NAMES.map((name) => [name, z.base64().exactOptional()])) as Record<
    ArrayName,
    z.ZodExactOptional<z.ZodBase64>
  >),
});

/** A trace as JSON can carry it: every bit of its arrays, NaN included. */
export function traceToText(trace: Trace): Record<string, unknown> {
  const arrays = NAMES.flatMap((name) => {
    const array = trace[name];
    return array ? [[name, toBase64(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))] as const] : [];
  });
  return { ...trace, ...Object.fromEntries(arrays) };
}

/** @throws ZodError, or DOMException where a text is no base64 */
export function traceFromText(text: unknown): Trace {
  const { ...read }: Record<string, unknown> = TraceText.parse(text);
  for (const name of NAMES) {
    const encoded = read[name];
    if (typeof encoded === 'string') read[name] = new ARRAYS[name](fromBase64(encoded).buffer);
  }
  return SavedTrace.parse(read);
}

/** Arguments of one call: engines allow some ten thousand. */
const AT_ONCE = 8192;

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  }
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

import type { UpdateRow } from '../rows.ts';
import { metricEntries } from './metricEntries.ts';

/**
 * A TensorBoard event file: records of protocol buffers (tensorflow/core/util/event.proto and framework/summary.proto), each
 * framed as u64 length, masked CRC of it, bytes, masked CRC of them (tensorflow/core/lib/io/record_writer.cc).
 */
export interface EventFile {
  /** TensorBoard takes a file for events by this name. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** All numbers of a run's updates as scalars under their names; the step is the update's number. */
export function tensorBoardFile(updates: readonly UpdateRow[], runName: string, createdAtMs: number): EventFile {
  const wallTime = createdAtMs / 1000;
  const events = [
    [...double(1, wallTime), ...bytes(3, utf8('brain.Event:2'))],
    ...updates.map(({ updateIndex, metrics }) => {
      const values = metricEntries(metrics).flatMap(([tag, value]) =>
        bytes(1, [...bytes(1, utf8(tag)), ...float(2, value)]),
      );
      return [...double(1, wallTime), ...varint(2, updateIndex), ...bytes(5, values)];
    }),
  ];
  const host = runName.replace(/[^\w-]+/g, '-');
  return {
    name: `events.out.tfevents.${Math.floor(wallTime)}.${host}`,
    bytes: Uint8Array.from(events.flatMap((event) => framed(Uint8Array.from(event)))),
  };
}

function framed(event: Uint8Array): number[] {
  const length = new Uint8Array(BigUint64Array.of(BigInt(event.length)).buffer);
  return [...length, ...word(maskedCrc(length)), ...event, ...word(maskedCrc(event))];
}

const word = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];
const utf8 = (text: string) => [...new TextEncoder().encode(text)];

/** Fields of protocol buffers: a key of number and wire type (0 varint, 1 eight bytes, 2 bytes with length, 5 four bytes). */
const key = (field: number, wireType: number) => (field << 3) | wireType;
const double = (field: number, value: number) => [key(field, 1), ...new Uint8Array(Float64Array.of(value).buffer)];
const float = (field: number, value: number) => [key(field, 5), ...new Uint8Array(Float32Array.of(value).buffer)];
const bytes = (field: number, content: readonly number[]) => [key(field, 2), ...size(content.length), ...content];
const varint = (field: number, value: number) => [key(field, 0), ...size(value)];

/** Seven bits a byte, the lowest first. */
function size(value: number): number[] {
  const digits: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) digits.push((rest % 128) | 128);
  return [...digits, rest];
}

const CRC_MASK = 0xa282ead8;

/** So that the CRC of data that holds CRCs is no trivial one. */
function maskedCrc(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + CRC_MASK) >>> 0;
}

/** CRC-32C (Castagnoli), reflected; of "123456789" it is e3069283 (RFC 3720, appendix B.4 has more). */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

import { expect, test } from 'vitest';
import { fakeMetrics } from '../fakeRecords.ts';
import type { UpdateRow } from '../rows.ts';
import { metricsCsv } from './csv.ts';
import { metricEntries, metricsJsonLines } from './metricEntries.ts';
import { crc32c, tensorBoardFile } from './tensorBoard.ts';

const updates: readonly UpdateRow[] = [
  { runId: 'r', updateIndex: 0, metrics: fakeMetrics(0.5) },
  { runId: 'r', updateIndex: 200, metrics: { ...fakeMetrics(2), measures: { exploitability: 0.125 } } },
];

test('metrics as lines of JSON: the step, and tables by their parts', () => {
  const rows = metricsJsonLines(updates)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatchObject({ step: 200, loss: 2, 'measures/exploitability': 0.125 });
});

test('metrics as CSV: a column that one update lacks is empty there', () => {
  const [header = '', first = '', second = '', end] = metricsCsv(updates).split('\r\n');
  expect(end).toBe('');
  const at = header.split(',').indexOf('measures/exploitability');
  expect(first.split(',')[at]).toBe('');
  expect(second.split(',')[at]).toBe('0.125');
  expect(second.split(',')[0]).toBe('200');
});

test('CRC-32C of the published check value', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa); // RFC 3720, B.4: 32 bytes of zeros
});

/** Reads the file as TensorBoard does, apart from the writer. */
function readEvents({ bytes }: { bytes: Uint8Array }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unmasked = (masked: number) => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated << 15) | (rotated >>> 17)) >>> 0;
  };
  const events: Map<number, Uint8Array[]>[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmasked(view.getUint32(at + 8, true))).toBe(crc32c(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(unmasked(view.getUint32(at + 12 + length, true))).toBe(crc32c(data));
    events.push(fieldsOf(data));
    at += 16 + length;
  }
  return events;
}

/** Contents by field number; a varint as its bytes. */
function fieldsOf(data: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = data[at++] ?? 0;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < data.length) {
    const key = varint();
    const begin = at;
    const wire = key & 7;
    const isSized = wire === 2;
    const size = isSized ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : (varint(), at - begin);
    const from = isSized ? at : begin;
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), data.subarray(from, from + size)]);
    at = from + size;
  }
  return fields;
}

test('TensorBoard: version first, then every number of every update under its name and step', () => {
  const file = tensorBoardFile(updates, 'my run/1', 1_700_000_000_500);
  expect(file.name).toBe('events.out.tfevents.1700000000.my-run-1');
  const [version, ...events] = readEvents(file);
  expect(new TextDecoder().decode(version?.get(3)?.[0])).toBe('brain.Event:2');
  expect(events).toHaveLength(2);
  const [, last] = events;
  expect([...(last?.get(2)?.[0] ?? [])]).toEqual([200, 1]); // 200 in sevens of bits
  const scalars = new Map(
    fieldsOf(last?.get(5)?.[0] ?? new Uint8Array())
      .get(1)
      ?.map((value) => {
        const [tag, number] = [fieldsOf(value).get(1)?.[0], fieldsOf(value).get(2)?.[0] ?? new Uint8Array(4)];
        return [
          new TextDecoder().decode(tag),
          new DataView(number.buffer, number.byteOffset).getFloat32(0, true),
        ] as const;
      }),
  );
  expect(scalars).toEqual(new Map(metricEntries(updates[1]?.metrics ?? fakeMetrics(0))));
});

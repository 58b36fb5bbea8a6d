import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventReader } from './serverEvents.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function readInPieces(stream: Uint8Array, cuts: readonly number[]): string[] {
  const reader = new EventReader();
  const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).toSorted((a, b) => a - b), stream.length];
  const events = edges.slice(1).flatMap((end, index) => reader.push(stream.subarray(edges[index], end)));
  return [...events, ...reader.end()];
}

const STREAM =
  ': hello\n\ndata: {"a":"é€😀"}\r\n\r\nevent: x\ndata:one\ndata: two\nid: 3\n\n: ping\r\n\r\ndata: [DONE]\r\r';
const EVENTS = ['{"a":"é€😀"}', 'one\ntwo', '[DONE]'];

test('the same events come out wherever the stream is cut: in a line, in \\r\\n, in a character', () => {
  expect(readInPieces(bytes(STREAM), [])).toEqual(EVENTS);
  expect(readInPieces(bytes(STREAM), [...Array(STREAM.length * 2).keys()])).toEqual(EVENTS); // byte by byte
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
      expect(readInPieces(bytes(STREAM), cuts)).toEqual(EVENTS);
    }),
    { seed: 1 },
  );
});

test('an event comes out as soon as its blank line is there, and not before', () => {
  const reader = new EventReader();
  expect(reader.push(bytes('data: 1\n'))).toEqual([]);
  expect(reader.push(bytes('\ndata: 2'))).toEqual(['1']);
  expect(reader.push(bytes('\n\n'))).toEqual(['2']);
  expect(reader.end()).toEqual([]);
});

test('a last event without its blank line still counts; a byte order mark does not', () => {
  const reader = new EventReader();
  expect(reader.push(bytes('\ufeffdata: 1\n\ndata: last'))).toEqual(['1']);
  expect(reader.end()).toEqual(['last']);
});

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sha256, sha256 } from './sha256.ts';

test('the known answer of FIPS 180-4', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('agrees with OpenSSL on every length around the edges of a block, and on any text', () => {
  const expected = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
  for (let length = 0; length < 200; length++) expect(sha256('é'.repeat(length))).toBe(expected('é'.repeat(length)));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(sha256(text)).toBe(expected(text));
    }),
    { seed: 1 },
  );
});

test('bytes may come in parts of any size', () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 8 });
  fc.assert(
    fc.property(parts, (list) => {
      const hash = new Sha256();
      const expected = createHash('sha256');
      for (const part of list) {
        hash.update(part);
        expected.update(part);
      }
      expect(hash.digest()).toBe(expected.digest('hex'));
    }),
    { seed: 2 },
  );
});

import { expect, test } from 'vitest';
import { oneLine } from './oneLine.ts';

test('one line, nothing hidden, not too long', () => {
  expect(oneLine('  a\n\nb\u2028c\u0000 \t d\u200be ', 100)).toBe('a b c d e');
  expect(oneLine('abcdef', 6)).toBe('abcdef');
  expect(oneLine('abc defg', 5)).toBe('abc…');
  expect(oneLine('\u202egnp.exe', 20)).toBe('gnp.exe');
});

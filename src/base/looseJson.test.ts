import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJson } from './looseJson.ts';

const find = (reply: string) => findJson(reply, (json) => json);
const findWith = (key: string) => (reply: string) =>
  findJson(reply, (json) => (typeof json === 'object' && json !== null && key in json ? json : undefined));

test.each([
  ['{"a":1}', { a: 1 }],
  ['Sure! Here it is:\n```json\n{"a": [1, 2]}\n```\nI hope {this} helps.', { a: [1, 2] }],
  ['{"a": "a } and a \\" in a string"}', { a: 'a } and a " in a string' }],
  ['{"a": "two\nlines",\n "b": [1, 2,],}', { a: 'two lines', b: [1, 2] }],
  ['{see below} {"a":1}', { a: 1 }],
  ['[{"a":1}]', { a: 1 }],
  ['<think>maybe {"a":0}?</think>{"a":1}', { a: 1 }],
  ['first {"a":1}, no, rather {"a":2}', { a: 2 }],
])('%s', (reply, value) => {
  expect(find(reply)).toEqual(value);
});

test.each([
  ['{"a":[1,3],"b":"because it', { a: [1, 3], b: 'because it' }],
  ['{"a":[1,3],"b":"because it\\', { a: [1, 3], b: 'because it' }],
  ['{"a":[1,3],"reas', { a: [1, 3] }],
  ['{"a":[1,3],', { a: [1, 3] }],
  ['{"a":[1,3', { a: [1] }], // 3 may have been 35
  ['{"a":[{"x":1},{"x":2}', { a: [{ x: 1 }, { x: 2 }] }],
  ['{"a":[{"x":1},{"x":2', { a: [{ x: 1 }] }],
  ['{"a":tru', undefined],
])('of what was cut off, what is certain: %s', (reply, value) => {
  expect(findWith('a')(reply)).toEqual(value);
});

test.each(['', 'no JSON at all', '{', '{{{{', '}{', '{"a', '["a"]', '{"a":1]', '{]}'])('nothing in %s', (reply) => {
  expect(findWith('a')(reply)).toBeUndefined();
});

test('an object that is not the one is passed over, for an earlier one or one inside', () => {
  const findA = findWith('a');
  expect(findA('{"a":1} and {"b":2}')).toEqual({ a: 1 });
  expect(findA('{"b": oops, {"a":1}')).toEqual({ a: 1 });
});

test('any object comes back out of any prose without braces', () => {
  const prose = fc.string().map((text) => text.replace(/[{}]|<\/think>/gu, ''));
  const value = fc.record({
    text: fc.string().map((text) => text.replace('</think>', '')),
    list: fc.array(fc.integer()),
  });
  fc.assert(
    fc.property(prose, value, prose, (before, object, after) => {
      expect(find(before + JSON.stringify(object) + after)).toEqual(object);
    }),
    { seed: 1 },
  );
});

test('no text takes long or throws', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', '1', 'a', ':'), { maxLength: 60 }),
      (parts) => {
        find(parts.join(''));
      },
    ),
    { seed: 1 },
  );
  const start = performance.now();
  for (const text of [
    '{'.repeat(200_000),
    '{"a":'.repeat(50_000),
    `{"a":[${'1,'.repeat(60_000)}`,
    '{"a":1,'.repeat(50_000),
  ])
    find(text);
  expect(performance.now() - start).toBeLessThan(5_000);
});

import { expect, test } from 'vitest';
import { neighboursOn } from './neighbours.ts';

test.each([
  ['swiftshader', [4, 4], ['subgroups'], 'quad'],
  ['swiftshader', [4, 4], [], 'four'],
  ['another', [4, 4], ['subgroups'], 'four'],
  ['software', [8, 8], ['subgroups'], 'eight'],
  ['software', [8, 16], ['subgroups'], 'four'],
  ['software', [], [], 'four'],
])('%s with subgroups of %j and %j: %s', (architecture, [subgroupMinSize, subgroupMaxSize], features, expected) => {
  const info = { architecture, subgroupMinSize, subgroupMaxSize } as GPUAdapterInfo;
  expect(neighboursOn(info, new Set(features))).toBe(expected);
});

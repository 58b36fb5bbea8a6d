import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Kernel } from '../plan.ts';
import type { Golden } from './check.ts';
import { areas } from './index.ts';

const checks = areas.flatMap((area) => area.checks);
const isKernel = (value: unknown): value is Kernel => typeof value === 'object' && value !== null && 'code' in value;
const files = import.meta.glob<Readonly<Record<string, unknown>>>('../kernels/*.ts', { eager: true });
const kernelNames = Object.values(files).flatMap((exported) =>
  Object.values(exported)
    .filter(isKernel)
    .map(({ name }) => name),
);

test('there are kernels to look for', () => expect(kernelNames).toContain('swiglu'));

test.each([...new Set([...kernelNames, ...checks.flatMap((check) => check.kernels)])])(
  '%s has a check and at least three mutations',
  (name) => {
    expect(checks.filter((check) => check.kernels.includes(name))).not.toHaveLength(0);
    const mutations = areas.flatMap((area) => area.mutations.filter(({ kernel }) => kernel === name));
    expect(new Set(mutations.map(({ from, to }) => `${from} → ${to}`)).size).toBeGreaterThanOrEqual(3);
  },
);

test('every check has its own name', () => {
  const names = checks.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe.each(areas)('$name', ({ name, checks: checksOfArea }) => {
  const golden = JSON.parse(
    readFileSync(new URL(`../../../tests/fixtures/kernels/${name}.json`, import.meta.url), 'utf8'),
  ) as Golden; // written by tools/golden/kernels in this form

  test('its golden file holds what the checks ask for and nothing else', () => {
    expect(Object.keys(golden).toSorted()).toEqual([...new Set(checksOfArea.map((check) => check.golden))].toSorted());
  });

  test('it is tested on a device', () => {
    expect(existsSync(new URL(`./${name}.gpu.test.ts`, import.meta.url))).toBe(true);
  });
});

import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Comparison = z.looseObject({
  turns: z.int(),
  rewards: z.array(z.looseObject({ reward: z.string(), f1: z.number().nullable() })),
});

/** The real command. */
async function parley(words: readonly string[]) {
  const child = spawn(process.execPath, ['cli/parley.mjs', ...words, '--json']);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, result: JSON.parse(out || '{}') as unknown };
}

test('rewards: every kind that can be given here, against what the turns changed; an odd number of samples is refused', async () => {
  const order = ['rewards', '--model', 'tiny:1', '--environment', 'two-arms', '--agent', 'script', '--episodes', '3'];
  const { code, result } = await parley([...order, '--samples', '2']);
  expect(code).toBe(0);
  const { turns, rewards } = Comparison.parse(result);
  expect(turns).toBeGreaterThan(3);
  expect(rewards.map(({ reward }) => reward)).toEqual([
    ...['terminal', 'potential', 'critical-accepting', 'critical-progress', 'information-gain'],
  ]);
  const odd = await parley([...order, '--samples', '3']);
  expect([odd.code, odd.result]).toMatchObject([2, { error: { code: 'bad-arguments' } }]);
}, 240_000);

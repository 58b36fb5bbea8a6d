import { expect, test } from 'vitest';
import { MOST_RUNS, stylesOf } from './runStyles.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

test('as many runs as can be told apart have as many styles; more get none', () => {
  const styles = stylesOf(ids);
  expect(styles).toHaveLength(MOST_RUNS);
  expect(new Set(styles.map(({ color }) => color)).size).toBe(MOST_RUNS);
  expect(new Set(styles.map(({ dash }) => dash.join())).size).toBe(MOST_RUNS);
});

test('the first run keeps its style in whatever company', () => {
  for (const id of ids) expect(stylesOf([id, ...ids.filter((other) => other !== id)])[0]).toEqual(stylesOf([id])[0]);
});

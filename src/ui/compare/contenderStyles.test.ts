import { expect, test } from 'vitest';
import { MOST_CONTENDERS, stylesOf } from './contenderStyles.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

test('as many contenders as can be told apart have as many styles; more get none', () => {
  const styles = stylesOf(ids);
  expect(styles).toHaveLength(MOST_CONTENDERS);
  expect(new Set(styles.map(({ color }) => color)).size).toBe(MOST_CONTENDERS);
  expect(new Set(styles.map(({ dash }) => dash.join())).size).toBe(MOST_CONTENDERS);
});

test('the first contender keeps its style in whatever company', () => {
  for (const id of ids) expect(stylesOf([id, ...ids.filter((other) => other !== id)])[0]).toEqual(stylesOf([id])[0]);
});

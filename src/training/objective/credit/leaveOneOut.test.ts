import { expect, test } from 'vitest';
import { leaveOneOutMeans } from './leaveOneOut.ts';

test('each member is compared with the mean of the others of its group', () => {
  const members = [
    { group: 'a/0', firstReturn: 1 },
    { group: 'a/1', firstReturn: 100 },
    { group: 'a/0', firstReturn: 4 },
    { group: 'a/0', firstReturn: 7 },
    { group: 'a/1', firstReturn: 50 },
  ];
  expect(leaveOneOutMeans(members)).toEqual([5.5, 50, 4, 2.5, 100]);
});

test('the order of the batch does not matter', () => {
  const members = [1, 4, 7, 9].map((firstReturn, index) => ({ group: `g${index % 2}`, firstReturn }));
  expect(leaveOneOutMeans(members.toReversed())).toEqual(leaveOneOutMeans(members).toReversed());
});

test('differences to the others’ means add up to nothing', () => {
  const returns = [1, 4, 7, 9];
  const means = leaveOneOutMeans(returns.map((firstReturn) => ({ group: 'a', firstReturn })));
  const sum = returns.reduce((total, value, index) => total + value - (means[index] ?? NaN), 0);
  expect(sum).toBeCloseTo(0, 12);
});

test('a group of one, or of one that spoke, has nobody to be compared with', () => {
  expect(leaveOneOutMeans([{ group: 'a', firstReturn: 3 }])).toEqual([null]);
  expect(leaveOneOutMeans([{ group: 'a', firstReturn: 3 }, { group: 'a', firstReturn: null }])).toEqual([null, 3]); // prettier-ignore
});

test('a group whose members all did alike differs from itself by exactly 0', () => {
  const means = leaveOneOutMeans([0.5, 0.5, 0.5].map((firstReturn) => ({ group: 'a', firstReturn })));
  expect(means.map((mean) => 0.5 - (mean ?? NaN))).toEqual([0, 0, 0]);
});

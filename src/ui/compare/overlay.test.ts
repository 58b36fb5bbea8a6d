import { expect, test } from 'vitest';
import { atMoment, fixtureRuns } from './compareFixtures.ts';
import { drawnSeries, heldOutOverlay, marksOf, overlayOf, valuesAt } from './overlay.ts';

test('runs of different lengths share one axis; the shorter one ends', () => {
  const overlay = overlayOf(fixtureRuns({ updates: 2 }, { updates: 3 }), 'entropy', 'updates');
  expect(overlay.x).toEqual([1, 2, 3]);
  expect(overlay.lines.map(({ values }) => values)).toEqual([
    [10, 11, NaN],
    [20, 21, 22],
  ]);
  expect(valuesAt(overlay, null)).toEqual([11, 22]);
  expect(valuesAt(overlay, 2)).toEqual([NaN, 22]);
});

test('checkpoints of a run share its line; each is a mark on it, with the value that the run had there', () => {
  const [run] = fixtureRuns({ updates: 3, changes: { episodesPerUpdate: 4 } });
  if (!run) throw new Error('one was made');
  const compared = [atMoment(run, 0), atMoment(run, 2), run];
  const overlay = overlayOf(compared, 'entropy', 'dialogues');
  expect(overlay.lines).toHaveLength(1);
  expect(valuesAt(overlay, null)).toEqual([NaN, 11, 12]);
  expect(valuesAt(overlay, 0)).toEqual([10, 10, 10]);
  expect(marksOf(overlay).map(({ x }) => x)).toEqual([0, 8]);
});

test('evaluations stand after the updates at which each run had them', () => {
  const runs = fixtureRuns(
    {
      heldOut: [
        [2, 5],
        [4, 6],
      ],
    },
    { heldOut: [[3, 7]] },
  );
  const { x, lines } = heldOutOverlay(runs, 'updates');
  expect(x).toEqual([2, 3, 4]);
  expect(lines.map(({ values }) => values)).toEqual([
    [5, NaN, 6],
    [NaN, 7, NaN],
  ]);
});

test('by dialogues, an update counts as many as its run plays in one', () => {
  const runs = fixtureRuns({ updates: 2, changes: { episodesPerUpdate: 8 } }, { changes: { episodesPerUpdate: 4 } });
  const { x, lines } = overlayOf(runs, 'entropy', 'dialogues');
  expect(x).toEqual([4, 8, 12, 16]);
  expect(lines.map(({ values }) => values)).toEqual([
    [NaN, 10, NaN, 11],
    [20, 21, 22, NaN],
  ]);
});

test('what was measured is drawn behind what is smoothed, in the colours of its run', () => {
  const overlay = overlayOf(fixtureRuns({}, {}), 'entropy', 'updates');
  const drawn = drawnSeries(overlay, 0.5);
  expect(drawn.map(({ isBackdrop = false }) => isBackdrop)).toEqual([true, true, false, false]);
  expect(drawn.slice(2).map(({ color }) => color)).toEqual(overlay.lines.map(({ color }) => color));
  expect(drawnSeries(overlay, 0)).toEqual(overlay.lines);
});

import { expect, test } from 'vitest';
import { BASE, formatRoute, inspectLink, parseRoute, type Route } from './route.ts';

test('a route survives the trip through the URL', () => {
  const routes: Route[] = [
    { screen: 'train', changes: {} },
    { screen: 'train', changes: { seed: '7', advantage: 'leave-one-out' } },
    { screen: 'inspect', runId: null, episodeId: null, turnIndex: null, tab: null },
    { screen: 'inspect', runId: 'run/1', episodeId: 'e 2', turnIndex: 3, tab: null },
    { screen: 'inspect', runId: 'run/1', episodeId: 'e 2', turnIndex: 3, tab: 'ratio' },
    { screen: 'compare', contenders: [] },
    {
      screen: 'compare',
      contenders: [
        { runId: 'run 1', at: null },
        { runId: 'a,b/c@d', at: null },
        { runId: 'a,b/c@d', at: 'a,b/c@d-2' },
        { runId: 'run 1', at: BASE },
      ],
    },
    { screen: 'talk', changes: { seed: '3', seat: 'B' } },
    { screen: 'experiments', recipe: null, changes: {} },
    { screen: 'experiments', recipe: 'self-play-scaling', changes: { seeds: '1,2', '.rounds': '3' } },
    { screen: 'models' },
    { screen: 'storage' },
    { screen: 'self-test' },
  ];
  for (const route of routes) expect(parseRoute(formatRoute(route))).toEqual(route);
});

test('what is missing in a link cuts it short', () => {
  expect(inspectLink('r1', 'e2', 0)).toBe('#/inspect/r1/e2/0');
  expect(inspectLink('r1')).toBe('#/inspect/r1');
});

test('nonsense opens the train screen or nothing in particular', () => {
  expect(parseRoute('#/nowhere')).toEqual({ screen: 'train', changes: {} });
  expect(parseRoute('#/compare/a,,a,b@,@c')).toEqual({
    screen: 'compare',
    contenders: [
      { runId: 'a', at: null },
      { runId: 'b', at: null },
    ],
  });
  expect(parseRoute('#/inspect/%E0%A4%A/x/many')).toEqual({
    screen: 'inspect',
    runId: '%E0%A4%A',
    episodeId: 'x',
    turnIndex: null,
    tab: null,
  });
});

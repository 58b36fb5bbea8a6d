import { expect, test } from 'vitest';
import { householdLessons } from '../../environment/household/lessons.ts';
import { socialLessons } from '../../environment/social/lessons.ts';
import { scenarioTitle } from './scenarioTitle.ts';

test('a title names no secret: of a plan that one seat keeps, nothing can be read in it', () => {
  const secrets = socialLessons.environment.scenarios('test').filter(({ script }) => script.kind === 'secret');
  expect(secrets.length).toBeGreaterThan(20);
  for (const scenario of secrets) {
    const { script } = scenario;
    if (script.kind !== 'secret') continue;
    const title = scenarioTitle(scenario);
    for (const word of [script.plan, script.place]) expect(title).not.toContain(word);
  }
}, 60_000);

test('a title says nothing of a task that is told to one seat, and tells scenarios apart', () => {
  const tasks = householdLessons.environment.scenarios('test').slice(0, 60);
  for (const scenario of tasks)
    expect(scenarioTitle(scenario)).not.toMatch(new RegExp(`\\b${scenario.family}\\b`, 'u'));
  expect(new Set(tasks.map(scenarioTitle)).size).toBeGreaterThan(55);
}, 60_000);

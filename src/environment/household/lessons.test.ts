import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../base/random.ts';
import { testLessons } from '../../../tests/lessonsContract.ts';
import { textsOf } from '../grammar.ts';
import { playLesson } from '../lessons.ts';
import { expertTurns } from './expert.ts';
import { TASK_FAMILIES } from './house.ts';
import { STRATEGIES } from './language.ts';
import { householdLessons } from './lessons.ts';
import { createPlayerOf, TEMPERAMENT_NAMES } from './players.ts';
import { scenariosOf } from './scenarios.ts';
import { familyNames } from './strategies.ts';
import { playPoints } from './yardsticks.ts';

testLessons(householdLessons, { families: 18, paraphrases: 10 });

describe('the language of strategies', () => {
  test.each(familyNames())('%s has ten texts or more for the same thing and place', (family) => {
    expect(new Set(STRATEGIES[family].flatMap(textsOf)).size).toBeGreaterThanOrEqual(10);
  });

  test('no text belongs to two families', () => {
    const owners = new Map<string, string>();
    for (const family of familyNames()) {
      for (const text of STRATEGIES[family].flatMap(textsOf)) {
        expect(owners.get(text) ?? family, text).toBe(family);
        owners.set(text, family);
      }
    }
  });
});

describe('players', () => {
  test('the expert finishes every task in 4 to 13 own turns', () => {
    const scenarios = (['train', 'validation', 'test'] as const).flatMap(scenariosOf);
    expect(scenarios.length).toBeGreaterThanOrEqual(600);
    for (const scenario of scenarios) {
      const turns = expertTurns(scenario, 40);
      expect(turns, scenario.id).not.toBeNull();
      expect(turns ?? 0, scenario.id).toBeGreaterThanOrEqual(4);
      expect(turns ?? 99, scenario.id).toBeLessThanOrEqual(13);
    }
    for (const family of TASK_FAMILIES) {
      expect(scenarios.filter((scenario) => scenario.family === family).length, family).toBeGreaterThanOrEqual(100);
    }
  });

  test('temperaments differ in skill, and everybody else is worse than the expert', () => {
    const scenarios = scenariosOf('validation');
    const mean = (temperament: string) =>
      scenarios
        .map((scenario) =>
          playPoints(
            createPlayerOf(temperament),
            scenario,
            householdLessons.environment.turnLimit,
            new RandomStream(2, scenario.id),
          ),
        )
        .reduce((sum, points) => sum + points / scenarios.length, 0);
    for (const temperament of TEMPERAMENT_NAMES) {
      if (temperament === 'expert') expect(mean(temperament)).toBeCloseTo(10);
      else expect(mean(temperament), temperament).toBeLessThan(8);
    }
  });

  test('the mixture solves about half of the tasks', () => {
    const random = new RandomStream(3);
    const points = Array.from({ length: 400 }, () => {
      const scenario = householdLessons.environment.sampleScenario(random, 'train');
      return playLesson(householdLessons, scenario, random).points[0];
    });
    const mean = points.reduce((sum, value) => sum + value, 0) / points.length;
    expect(mean).toBeGreaterThan(4);
    expect(mean).toBeLessThan(6.5);
  });
});

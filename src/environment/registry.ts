import { AppError } from '../base/errors.ts';
import { ENVIRONMENT_NAMES, isEnvironmentName, type EnvironmentName } from '../record/environmentName.ts';
import type { Action } from '../record/episode.ts';
import type { Scenario } from '../record/scenario.ts';
import { priceBargainingLessons } from './bargaining/lessons.ts';
import { guessTheNumberLessons } from './calibration/guessTheNumber/lessons.ts';
import { kuhnPokerLessons } from './calibration/kuhnPoker/lessons.ts';
import { twoArmsLessons } from './calibration/twoArms/lessons.ts';
import type { Environment } from './environment.ts';
import { householdLessons } from './household/lessons.ts';
import type { Lessons } from './lessons.ts';
import { dealOrNoDealLessons } from './negotiation/lessons.ts';
import { priorityNegotiationLessons } from './priority/lessons.ts';
import { shopLessons } from './shop/lessons.ts';
import { socialLessons } from './social/lessons.ts';
import { sotopiaLessons } from './sotopia/lessons.ts';

/** Lessons whose types are nobody else's business: states and strategies only go back to where they came from. */
export type AnyLessons = Lessons<unknown, { readonly family: string }, Scenario, Action>;
export type AnyEnvironment = Environment<unknown>;

const LESSONS: Readonly<Record<EnvironmentName, AnyLessons>> = {
  'deal-or-no-deal': dealOrNoDealLessons,
  'price-bargaining': priceBargainingLessons,
  'priority-negotiation': priorityNegotiationLessons,
  social: socialLessons,
  sotopia: sotopiaLessons,
  shop: shopLessons,
  household: householdLessons,
  'guess-the-number': guessTheNumberLessons,
  'kuhn-poker': kuhnPokerLessons,
  'two-arms': twoArmsLessons,
};

/** Every environment with what is taught in it, in the order of the menu. */
export const ALL_LESSONS: readonly AnyLessons[] = ENVIRONMENT_NAMES.map((name) => LESSONS[name]);

export function lessonsOf(name: EnvironmentName): AnyLessons {
  return LESSONS[name];
}

export function environmentOf(name: EnvironmentName): AnyEnvironment {
  return LESSONS[name].environment;
}

/** The environment of a scenario that was saved or sent; null when this version does not know it or its form. */
export function environmentFor(scenario: Scenario): AnyEnvironment | null {
  if (!isEnvironmentName(scenario.environment)) return null;
  const environment = environmentOf(scenario.environment);
  return environment.scenarioSchema.safeParse(scenario).success ? environment : null;
}

/** @throws AppError `scenario-unknown` where `environmentFor` finds none */
export function expectEnvironmentFor(scenario: Scenario): AnyEnvironment {
  const environment = environmentFor(scenario);
  if (environment) return environment;
  throw new AppError('scenario-unknown', {
    what: `The scenario ${scenario.id} cannot be played.`,
    why: `This version of Parley has no environment "${scenario.environment}", or its scenarios have another form.`,
    fix: `Choose a scenario of one of: ${ENVIRONMENT_NAMES.join(', ')}.`,
  });
}

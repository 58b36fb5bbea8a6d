import { priceBargainingLessons } from './bargaining/lessons.ts';
import { guessTheNumberLessons } from './calibration/guessTheNumber/lessons.ts';
import { kuhnPokerLessons } from './calibration/kuhnPoker/lessons.ts';
import type { AnyAction, AnyScenario } from './environment.ts';
import { householdLessons } from './household/lessons.ts';
import type { Lessons } from './lessons.ts';
import { dealOrNoDealLessons } from './negotiation/lessons.ts';
import { priorityNegotiationLessons } from './priority/lessons.ts';
import { shopLessons } from './shop/lessons.ts';
import { socialLessons } from './social/lessons.ts';

/** What can be done with the lessons of any environment, whatever its own types are. */
export type LessonsVisitor<Result> = <
  State,
  Strategy extends { readonly family: string },
  S extends AnyScenario,
  A extends AnyAction,
>(
  lessons: Lessons<State, Strategy, S, A>,
) => Result;

/** Lessons whose types are nobody else's business. */
export interface Subject {
  readonly name: string;
  visit<Result>(visitor: LessonsVisitor<Result>): Result;
}

/** Everything the built-in models are taught. */
export const SUBJECTS: readonly Subject[] = [
  subject(dealOrNoDealLessons),
  subject(priceBargainingLessons),
  subject(priorityNegotiationLessons),
  subject(socialLessons),
  subject(shopLessons),
  subject(householdLessons),
  subject(guessTheNumberLessons),
  subject(kuhnPokerLessons),
];

export function findSubject(name: string): Subject | undefined {
  return SUBJECTS.find((candidate) => candidate.name === name);
}

function subject<State, Strategy extends { readonly family: string }, S extends AnyScenario, A extends AnyAction>(
  lessons: Lessons<State, Strategy, S, A>,
): Subject {
  return { name: lessons.environment.name, visit: (visitor) => visitor(lessons) };
}

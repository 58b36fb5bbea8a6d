import { testLessons } from '../../../tests/lessonsContract.ts';
import { priorityNegotiationLessons } from './lessons.ts';

testLessons(priorityNegotiationLessons, { families: 25, paraphrases: 10 });

import { testLessons } from '../../../../tests/lessonsContract.ts';
import { guessTheNumberLessons } from './lessons.ts';

testLessons(guessTheNumberLessons, { families: 12, paraphrases: 10 });

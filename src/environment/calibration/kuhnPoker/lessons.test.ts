import { testLessons } from '../../../../tests/lessonsContract.ts';
import { kuhnPokerLessons } from './lessons.ts';

testLessons(kuhnPokerLessons, { families: 13, paraphrases: 10 });

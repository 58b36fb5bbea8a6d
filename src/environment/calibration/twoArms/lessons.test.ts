import { testLessons } from '../../../../tests/lessonsContract.ts';
import { twoArmsLessons } from './lessons.ts';

testLessons(twoArmsLessons, { families: 2, paraphrases: 10 });
